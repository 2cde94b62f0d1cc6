import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { billOfMaterials, bundledPackages, licencesText, refuseUnfit } from '../package/bundled-packages.ts';
import { bundle } from '../package/lambda-bundle.ts';

const folder = mkdtempSync(join(tmpdir(), 'tributary-licences-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function addPackage(name: string, license: string, text?: string): void {
  const place = join(folder, 'node_modules', name);
  mkdirSync(place, { recursive: true });
  writeFileSync(
    join(place, 'package.json'),
    JSON.stringify({ name, version: '1.2.3', license, main: 'index.js' }),
  );
  writeFileSync(join(place, 'index.js'), `exports.name = ${JSON.stringify(name)};`);
  if (text) writeFileSync(join(place, 'LICENSE'), text);
}

test('what is in a bundle, and nothing else, is told with its licence', async () => {
  addPackage('used', 'MIT', 'The terms of MIT.');
  addPackage('@scope/also', 'MIT', 'The terms of MIT.');
  addPackage('bare', 'ISC');
  addPackage('unused', 'GPL-3.0', 'Other terms.');
  mkdirSync(join(folder, 'src'));
  writeFileSync(
    join(folder, 'src/handler.ts'),
    "import * as a from 'used'; import * as b from '@scope/also'; import * as c from 'bare'; export const all = [a, b, c];",
  );
  const { metafile } = await bundle({ entry: join(folder, 'src/handler.ts'), outdir: join(folder, 'dist') });
  const packages = bundledPackages(metafile, folder);

  expect(packages.map(({ name, version, licence }) => `${name} ${version} ${licence}`)).toEqual([
    '@scope/also 1.2.3 MIT',
    'bare 1.2.3 ISC',
    'used 1.2.3 MIT',
  ]);
  const text = licencesText(packages);
  expect(text.match(/The terms of MIT\./g)).toHaveLength(1);
  expect(text).toContain('@scope/also@1.2.3 (MIT)\nused@1.2.3 (MIT)');
  expect(text).toContain('it states: ISC');
  expect(billOfMaterials({ name: 'service', version: '0.1.0' }, packages).components[0]).toMatchObject({
    purl: 'pkg:npm/%40scope/also@1.2.3',
    licenses: [{ expression: 'MIT' }],
  });
});

test('a licence that nobody has agreed to is refused by name', () => {
  const one = { name: 'copyleft', version: '1.0.0', licence: 'GPL-3.0', text: undefined };
  expect(() => refuseUnfit([one])).toThrow('copyleft@1.0.0: GPL-3.0');
});
