import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { bundle } from '../package/lambda-bundle.ts';

const folder = mkdtempSync(join(tmpdir(), 'tributary-bundle-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const handler = `
import { S3Client } from '@aws-sdk/client-s3';
const s3 = new S3Client({ region: 'us-east-1' });
export async function handler() {
  const { EventBridgeClient } = await import('@aws-sdk/client-eventbridge');
  const { accessKeyId } = await s3.config.credentials();
  return [accessKeyId, new EventBridgeClient({ region: 'eu-west-1' }).config.serviceId];
}`;

async function bundleIn(name: string, source = handler): Promise<string> {
  const service = join(folder, name);
  mkdirSync(join(service, 'src'), { recursive: true });
  writeFileSync(join(service, 'src/handler.ts'), source);
  symlinkSync(join(import.meta.dirname, '../../node_modules'), join(service, 'node_modules'));
  await bundle({ entry: join(service, 'src/handler.ts'), outdir: join(service, 'dist') });
  return join(service, 'dist');
}

function contents(outdir: string): Record<string, string> {
  const files = readdirSync(outdir, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.mjs'),
  );
  return Object.fromEntries(files.sort().map((file) => [file, readFileSync(join(outdir, file), 'utf8')]));
}

test('the same sources give the same bytes', async () => {
  const one = contents(await bundleIn('one'));
  const two = contents(await bundleIn('two'));
  expect(Object.keys(two)).toEqual(Object.keys(one));
  expect(Object.keys(one).filter((file) => one[file] !== two[file])).toEqual([]);
  expect(Object.keys(one).length).toBeGreaterThan(1);
});

test('a bundle knows its digest, which tells the same sources from others, down to what is loaded late', async () => {
  const build = async (name: string, late: string) => {
    const service = join(folder, name, 'src');
    mkdirSync(service, { recursive: true });
    writeFileSync(join(service, 'late.ts'), `export const late = '${late}';`);
    const outdir = await bundleIn(
      name,
      "export const build = TRIBUTARY_BUILD; export const late = () => import('./late.ts');",
    );
    return ((await import(join(outdir, 'handler.mjs'))) as { build: string }).build;
  };
  const [one, same, other] = [await build('b1', 'x'), await build('b2', 'x'), await build('b3', 'y')];
  expect(one).toMatch(/^[0-9a-f]{16}$/);
  expect(same).toBe(one);
  expect(other).not.toBe(one);
});

test('a bundle runs by itself, with keys from the environment, and loads no more of Node than it uses', async () => {
  const outdir = await bundleIn('alone');
  rmSync(join(outdir, '../node_modules'));
  const script = `import { handler } from ${JSON.stringify(join(outdir, 'handler.mjs'))}; console.log(JSON.stringify([...(await handler()), process.moduleLoadList.filter((name) => name.includes('undici'))]));`;
  const out = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: folder,
    env: { AWS_ACCESS_KEY_ID: 'the-key', AWS_SECRET_ACCESS_KEY: 'x' },
    encoding: 'utf8',
  });
  expect(JSON.parse(out)).toEqual(['the-key', 'EventBridge', []]);
});
