import { join } from 'node:path';
import { generateFiles, type Tree, updateJson } from '@nx/devkit';
import { parseOptions } from '@tributary/codec';
import { loadConverter } from '@tributary/codec/converters';
import { outputKey } from '@tributary/events';
import { extensionsOf } from '@tributary/service/deployment';
import { type SampleInput, sampleInput, sampleOptions } from './sample-input.ts';

type AnyConverter = Awaited<ReturnType<typeof loadConverter>>;

export interface ChainOptions {
  name: string;
  /** Names of services, separated by commas. */
  steps: string;
  prefix?: string;
  /** Separated by commas. */
  suffixes?: string;
}

/**
 * Writes a chain whose steps follow one another, and a case for it. `tributary chain check` and `chain test` pass it, and it deploys
 * as it is.
 */
export default async function generateChain(tree: Tree, options: ChainOptions): Promise<void> {
  const { name, prefix = `${name}/` } = options;
  const folder = `services/chains/${name}`;
  if (tree.exists(folder)) throw new Error(`There is a chain ${name} already`);
  const services = listOf(options.steps);
  const converters = await Promise.all(services.map((service) => loadConverter(service)));
  const steps = services.map((service, i) => ({
    name: nameStep(service, services.slice(0, i)),
    service,
    after: i === 0 ? undefined : nameStep(services[i - 1]!, services.slice(0, i - 1)),
    options: optionsOf(converters[i]!),
  }));
  const suffixes = listOf(options.suffixes ?? '');
  const sample = sampleInput(converters[0]!.input.mediaTypes, suffixes);
  const last = { name: steps.at(-1)!.name, key: outputOf(name, steps, converters, sample) };
  generateFiles(tree, join(import.meta.dirname, 'files'), folder, {
    ...{ name, prefix, steps, suffixes, sample, last, tmpl: '' },
  });
  if (sample.bytes) tree.write(join(folder, sample.name), sample.bytes);
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

function optionsOf({ name, options }: AnyConverter): object | undefined {
  if (options.safeParse({}).success) return undefined;
  const sample = sampleOptions[name];
  if (sample === undefined) throw new Error(`${name} cannot do without options: write the step by hand`);
  return sample;
}

/** Where the sample ends up, if a step writes at all; `*` stands for the part of a key that its rows make. */
function outputOf(
  chain: string,
  steps: readonly { name: string; options: object | undefined }[],
  converters: readonly AnyConverter[],
  sample: SampleInput,
): string | undefined {
  // A step that only judges its input leaves it where the one before it has put it.
  const written = converters.map((converter, i) => {
    const parsed = parseOptions(converter, steps[i]!.options ?? {});
    return { parsed, converter, step: steps[i]!.name, writes: !converter.passesOn?.(parsed) };
  });
  const last = written.findLast(({ writes }) => writes);
  if (!last) return undefined;
  const [extension] = extensionsOf(last.converter, last.parsed);
  const prefix = `${chain}/${last.step}/`;
  return last.converter.writesParts?.(last.parsed)
    ? `${prefix}**/*${extension}`
    : outputKey({ key: sample.name, sourcePrefix: '', prefix, extension });
}

function sortKeys<Value>(packages: Record<string, Value>): Record<string, Value> {
  return Object.fromEntries(Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
}
