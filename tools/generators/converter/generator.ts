import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { type GeneratorCallback, generateFiles, names, type Tree, updateJson } from '@nx/devkit';
import { addEntry, addTableRow } from './register.ts';

export interface ConverterOptions {
  name: string;
  /** One line, without a full stop. */
  summary: string;
  reads?: keyof typeof formats;
  /** Separated by commas. */
  mediaTypes?: string;
}

/** What a new converter may read, and the input of its golden test. */
const formats = {
  csv: { mediaTypes: ['text/csv', 'text/tab-separated-values'], suffix: '.csv' },
  parquet: { mediaTypes: ['application/vnd.apache.parquet'], suffix: '.parquet' },
  lines: { mediaTypes: ['text/plain'], suffix: '.txt' },
};

/**
 * Writes a converter that writes CSV, and its service. What it writes builds, passes its tests, packages and deploys as it is: the
 * convert function hands every row on, and waits for you to do more.
 */
export default async function generateConverter(
  tree: Tree,
  options: ConverterOptions,
): Promise<GeneratorCallback> {
  const { name, summary, reads = 'csv' } = options;
  const format = formats[reads];
  const mediaTypes = options.mediaTypes?.split(',').map((type) => type.trim()) ?? format.mediaTypes;
  if (tree.exists(`libs/codec/src/${name}`) || tree.exists(`services/${name}`))
    throw new Error(`There is a ${name} already`);
  const { className, propertyName } = names(name);
  const values = {
    ...{ name, summary, reads, className, propertyName, tmpl: '' },
    mediaTypes: `[${mediaTypes.map((type) => `'${type}'`).join(', ')}]`,
    suffix: format.suffix,
  };
  const files = join(import.meta.dirname, 'files');
  generateFiles(tree, join(files, 'codec/src'), `libs/codec/src/${name}`, values);
  generateFiles(tree, join(files, 'codec/test'), `libs/codec/test/${name}`, values);
  generateFiles(tree, join(files, 'service'), `services/${name}`, values);
  register(tree, values);
  return () => {
    const node = (...command: string[]) =>
      execFileSync(process.execPath, command, { cwd: tree.root, stdio: ['ignore', 'ignore', 'inherit'] });
    node('packages/cli/options-table.ts');
    const biome = join(tree.root, 'node_modules/@biomejs/biome/bin/biome');
    node(biome, 'check', '--write', `libs/codec/src/${name}`, `libs/codec/test/${name}`, `services/${name}`);
  };
}

function register(
  tree: Tree,
  { name, summary, propertyName }: Record<'name' | 'summary' | 'propertyName', string>,
): void {
  updateJson(tree, 'libs/codec/package.json', (manifest) => {
    const exports = { ...manifest.exports, [`./${name}`]: `./src/${name}/${name}.ts` };
    const sorted = Object.entries(exports).sort(([a], [b]) => (a < b ? -1 : 1));
    return { ...manifest, exports: Object.fromEntries(sorted) };
  });
  addEntry(tree, 'libs/codec/src/conversion/converters.ts', name, [
    `  '${name}': {`,
    `    summary: '${summary.replaceAll("'", "\\'")}',`,
    `    load: async () => (await import('../${name}/${name}.ts')).${propertyName},`,
    '  },',
  ]);
  addTableRow(
    tree,
    'README.md',
    `| [services/${name}](services/${name}/README.md) | ${summary} |`,
    '| [services/',
  );
  addTableRow(
    tree,
    'libs/codec/README.md',
    `| \`src/${name}/\` | \`${name}\`: ${summary} |`,
    '| `src/csv-to-csv/`',
  );
  // As `npm install` would have it, so that `npm ci` goes on working, without asking the registry.
  updateJson(tree, 'package-lock.json', (lock) => ({
    ...lock,
    packages: sortKeys({
      ...lock.packages,
      [`node_modules/@tributary/${name}`]: { resolved: `services/${name}`, link: true },
      [`services/${name}`]: {
        name: `@tributary/${name}`,
        version: '0.1.0',
        license: 'Apache-2.0',
        dependencies: { '@tributary/codec': '0.1.0', '@tributary/service': '0.1.0' },
      },
    }),
  }));
}

function sortKeys<Value>(packages: Record<string, Value>): Record<string, Value> {
  return Object.fromEntries(Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
}
