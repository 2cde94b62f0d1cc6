// Writes the tables of options in README.md, and in those of services, out of the converters' schemas: `node options-table.ts`.
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { optionsJsonSchema } from '@tributary/codec';
import { converters, loadConverter } from '@tributary/codec/converters';

interface Schema {
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  required?: string[];
  type?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  description?: string;
  maximum?: number;
}

const readme = join(import.meta.dirname, 'README.md');
const [begin, end] = ['<!-- options: by options-table.ts -->', '<!-- /options -->'];

const beginOfService = '<!-- options: by packages/cli/options-table.ts -->';

/** Every README with options in it, as it ought to be, by its path. */
export async function documentEverything(): Promise<Map<string, string>> {
  const documents = new Map([[readme, await documentOptions()]]);
  for (const path of globSync(join(import.meta.dirname, '../../services/*/README.md'))) {
    const text = readFileSync(path, 'utf8');
    const at = text.indexOf(beginOfService);
    if (at < 0) continue;
    const rows = tableRows(optionsJsonSchema(await loadConverter(basename(dirname(path)))) as Schema, '');
    const table = ['| option | values | default | what |', '|---|---|---|---|', ...rows].join('\n');
    const rest = text.slice(text.indexOf(end, at));
    documents.set(path, `${text.slice(0, at + beginOfService.length)}\n\n${table}\n\n${rest}`);
  }
  return documents;
}

/** README.md as it ought to be. */
async function documentOptions(): Promise<string> {
  const text = readFileSync(readme, 'utf8');
  const before = text.slice(0, text.indexOf(begin) + begin.length);
  const after = text.slice(text.indexOf(end));
  const tables = await Promise.all(
    Object.keys(converters).map(async (name) => {
      const rows = tableRows(optionsJsonSchema(await loadConverter(name)) as Schema, '');
      return [`### ${name}`, '', '| option | values | default | what |', '|---|---|---|---|', ...rows].join(
        '\n',
      );
    }),
  );
  return `${before}\n\n${tables.join('\n\n')}\n\n${after}`;
}

/** `given`: whether what holds the properties must be there. */
function tableRows({ properties = {}, required = [] }: Schema, prefix: string, given = true): string[] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const path = `${prefix}${name}`;
    const needed = required.includes(name);
    if (schema.properties) return tableRows(schema, `${path}.`, given && needed);
    const fallback =
      schema.default !== undefined
        ? code(schema.default)
        : needed
          ? given
            ? '(required)'
            : '(required there)'
          : '';
    const row = `| \`${path}\` | ${values(schema)} | ${fallback} | ${(schema.description ?? '').replaceAll('|', '\\|')} |`;
    return [row, ...(schema.items?.properties ? tableRows(schema.items, `${path}[].`, given && needed) : [])];
  });
}

function values({ enum: choices, const: only, type, oneOf, anyOf = oneOf, items }: Schema): string {
  if (only !== undefined) return code(only);
  if (choices) return choices.map(code).join(' ');
  if (anyOf) return [...new Set(anyOf.map(values))].join(' or ');
  if (!items) return type ?? 'object';
  return `${type} of ${values(items)
    .split(' or ')
    .map((kind) => (kind.startsWith('array') ? kind.replace('array', 'arrays') : `${kind}s`))
    .join(' or ')}`;
}

function code(value: unknown): string {
  // Line ends would end the row of the table.
  const isPlain = typeof value === 'string' && value !== ' ' && !/[\r\n\t]/.test(value);
  return `\`${isPlain ? value : JSON.stringify(value)}\``;
}

if (import.meta.main) for (const [path, text] of await documentEverything()) writeFileSync(path, text);
