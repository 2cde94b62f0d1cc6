// Bundles a service's handler for Lambda: `node ../../tools/package/bundle.ts` in the service's folder writes dist/.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from './lambda-bundle.ts';

const service = process.cwd();
const outdir = join(service, 'dist');
rmSync(outdir, { recursive: true, force: true });
const { name } = JSON.parse(readFileSync(join(service, 'package.json'), 'utf8')) as { name: string };
const { outputs, metafile } = await bundle({ entry: join(service, 'src/handler.ts'), outdir });
writeFileSync(join(outdir, 'meta.json'), JSON.stringify(metafile));
const total = outputs.reduce((sum, { bytes }) => sum + bytes, 0);
console.log(`${name}: ${(total / 1024).toFixed(0)} KB in ${outputs.length} files`);
