// Writes the table of chain.yml in README.md out of its schema: `node reference-table.ts`.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { chainShape } from './src/chain-file/shape.ts';

interface Schema {
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  anyOf?: Schema[];
  required?: string[];
  description?: string;
  default?: unknown;
}

const readme = join(import.meta.dirname, 'README.md');
const [begin, end] = ['<!-- reference: by reference-table.ts -->', '<!-- /reference -->'];

/** README.md as it ought to be. */
export function documentReference(): string {
  const text = readFileSync(readme, 'utf8');
  const schema = z.toJSONSchema(chainShape, { io: 'input', unrepresentable: 'any' }) as Schema;
  const table = ['| key | default | what |', '| --- | --- | --- |', ...rows(schema, '')].join('\n');
  const before = text.slice(0, text.indexOf(begin) + begin.length);
  return `${before}\n\n${table}\n\n${text.slice(text.indexOf(end))}`;
}

function rows({ properties = {}, required = [] }: Schema, prefix: string): string[] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const path = `${prefix}${name}`;
    const fallback =
      schema.default !== undefined
        ? `\`${schema.default === '' ? "''" : JSON.stringify(schema.default).replaceAll('"', '')}\``
        : required.includes(name)
          ? '(required)'
          : '';
    const what = (schema.description ?? '').replaceAll('|', '\\|');
    const inner = [schema, ...(schema.anyOf ?? [])].find((one) => one.properties);
    const named = schema.additionalProperties;
    return [
      `| \`${path}\` | ${fallback} | ${what} |`,
      ...(inner ? rows(inner, `${path}.`) : []),
      ...(typeof named === 'object' && named.properties ? rows(named, `${path}.NAME.`) : []),
    ];
  });
}

if (import.meta.main) writeFileSync(readme, documentReference());
