import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import * as z from 'zod';

/** A package of others whose code is in a bundle. */
export interface BundledPackage {
  name: string;
  version: string;
  /** SPDX, as the package states it. */
  licence: string;
  /** The text that is to go with copies of it; undefined if the package brings none. */
  text: string | undefined;
}

const manifest = z.object({ name: z.string(), version: z.string(), license: z.string().default('unstated') });

/**
 * The packages a bundle is made of, by name: those under `node_modules` that bytes of the outputs come from. Our own
 * lie elsewhere.
 * @param folder what paths in the metafile are relative to
 */
export function bundledPackages({ outputs }: Metafile, folder: string): BundledPackage[] {
  const inputs = Object.entries(outputs)
    .filter(([file]) => file.endsWith('.mjs'))
    .flatMap(([, output]) => Object.entries(output.inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  const roots = new Set(
    inputs.flatMap(([path]) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []),
  );
  const found = new Map<string, BundledPackage>();
  for (const root of roots) {
    const place = join(folder, root);
    const { name, version, license } = manifest.parse(
      JSON.parse(readFileSync(join(place, 'package.json'), 'utf8')),
    );
    found.set(`${name}@${version}`, { name, version, licence: license, text: licenceText(place) });
  }
  return [...found.values()].sort((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1));
}

function licenceText(place: string): string | undefined {
  const file = readdirSync(place)
    .filter((name) => /^(licen[cs]e|copying)(\.(md|txt))?$/i.test(name))
    .sort()[0];
  return file === undefined ? undefined : readFileSync(join(place, file), 'utf8').trim();
}

/** The licences of all packages as the packages ship them, each text once. */
export function licencesText(packages: readonly BundledPackage[]): string {
  const byText = new Map<string, BundledPackage[]>();
  for (const one of packages) {
    const text = one.text ?? `(no text in the package; it states: ${one.licence})`;
    byText.set(text, [...(byText.get(text) ?? []), one]);
  }
  return [...byText]
    .map(([text, ones]) => {
      const names = ones.map(({ name, version, licence }) => `${name}@${version} (${licence})`);
      return `${names.join('\n')}\n\n${text}\n`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}

/** A software bill of materials in CycloneDX 1.6. */
export function billOfMaterials(
  service: { name: string; version: string },
  packages: readonly BundledPackage[],
) {
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: { type: 'application', ...service, 'bom-ref': `${service.name}@${service.version}` },
    },
    components: packages.map(({ name, version, licence }) => {
      const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
      return { type: 'library', name, version, purl, 'bom-ref': purl, licenses: [{ expression: licence }] };
    }),
  };
}

/** Licences under which a package may go into a bundle; another is a decision to take. */
const fitting = new Set([
  'Apache-2.0',
  'MIT',
  'MIT-0',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '(MIT AND Zlib)',
]);

/** @throws Error that names the packages whose licence does not fit */
export function refuseUnfit(packages: readonly BundledPackage[]): void {
  const unfit = packages.filter(({ licence }) => !fitting.has(licence));
  if (unfit.length === 0) return;
  const named = unfit.map(({ name, version, licence }) => `${name}@${version}: ${licence}`);
  throw new Error(`Bundled under licences that nobody has agreed to: ${named.join(', ')}`);
}
