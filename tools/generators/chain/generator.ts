import { join } from 'node:path';
import { generateFiles, type Tree, updateJson } from '@nx/devkit';
import { loadConverter } from '@tributary/codec/converters';

export interface ChainOptions {
  name: string;
  /** Names of services, separated by commas. */
  steps: string;
  prefix?: string;
  /** Separated by commas. */
  suffixes?: string;
}

/** Where a converter cannot do without options: some that are to be replaced. */
const samples: Record<string, object> = {
  'fixed-width-to-tsv': { layout: { fields: [{ name: 'record', start: 0, end: 80 }] } },
  'split-by-column': { by: ['id'] },
};

/** Writes a chain whose steps follow one another; `tributary chain check` passes it, and it deploys as it is. */
export default async function generateChain(tree: Tree, options: ChainOptions): Promise<void> {
  const { name, prefix = `${name}/` } = options;
  const folder = `services/chains/${name}`;
  if (tree.exists(folder)) throw new Error(`There is a chain ${name} already`);
  const services = listOf(options.steps);
  const steps = await Promise.all(
    services.map(async (service, i) => ({
      name: nameStep(service, services.slice(0, i)),
      service,
      after: i === 0 ? undefined : nameStep(services[i - 1]!, services.slice(0, i - 1)),
      options: await sampleOptions(service),
    })),
  );
  generateFiles(tree, join(import.meta.dirname, 'files'), folder, {
    ...{ name, prefix, steps, tmpl: '' },
    suffixes: listOf(options.suffixes ?? ''),
  });
  // As `npm install` would have it, so that `npm ci` goes on working, without asking the registry.
  updateJson(tree, 'package-lock.json', (lock) => ({
    ...lock,
    packages: sortKeys({
      ...lock.packages,
      [`node_modules/@tributary/chain-${name}`]: { resolved: folder, link: true },
      [folder]: { name: `@tributary/chain-${name}`, version: '0.1.0', license: 'Apache-2.0' },
    }),
  }));
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);
}

/** A service that comes again has a number. */
function nameStep(service: string, before: readonly string[]): string {
  const times = before.filter((other) => other === service).length;
  return times === 0 ? service : `${service}-${times + 1}`;
}

async function sampleOptions(service: string): Promise<object | undefined> {
  const converter = await loadConverter(service);
  if (converter.options.safeParse({}).success) return undefined;
  const sample = samples[service];
  if (sample === undefined) throw new Error(`${service} cannot do without options: write the step by hand`);
  return sample;
}

function sortKeys<Value>(packages: Record<string, Value>): Record<string, Value> {
  return Object.fromEntries(Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
}
