// Bundles a service's handler for Lambda: `node ../../tools/package/bundle.ts` in the service's folder writes dist/.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { billOfMaterials, bundledPackages, licencesText, refuseUnfit } from './bundled-packages.ts';
import { bundle } from './lambda-bundle.ts';

const service = process.cwd();
const outdir = join(service, 'dist');
rmSync(outdir, { recursive: true, force: true });
const { name, version } = JSON.parse(readFileSync(join(service, 'package.json'), 'utf8')) as {
  name: string;
  version: string;
};
const { outputs, metafile } = await bundle({ entry: join(service, 'src/handler.ts'), outdir });
writeFileSync(join(outdir, 'meta.json'), JSON.stringify(metafile));
const packages = bundledPackages(metafile, service);
refuseUnfit(packages);
// The licences go into the zip with the code; the bill of materials stays beside it.
writeFileSync(join(outdir, 'LICENSES.txt'), licencesText(packages));
writeFileSync(
  join(outdir, 'sbom.cdx.json'),
  `${JSON.stringify(billOfMaterials({ name, version }, packages), null, 2)}\n`,
);
const total = outputs.reduce((sum, { bytes }) => sum + bytes, 0);
console.log(`${name}: ${(total / 1024).toFixed(0)} KB in ${outputs.length} files`);
