import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { documentReference } from '../reference-table.ts';
import { chainJsonSchema } from '../src/chain-file/json-schema.ts';
import { services } from '../src/index.ts';

test('the table in the README is the schema', () => {
  expect(readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')).toBe(documentReference());
});

test('the JSON Schema completes the options of every service', async () => {
  const schema = JSON.stringify(await chainJsonSchema(services));
  for (const name of services.names) expect(schema).toContain(`"const":"${name}"`);
  for (const [, pointer] of schema.matchAll(/"\$ref":"#([^"]*)"/g)) {
    const at = pointer!
      .split('/')
      .slice(1)
      .reduce<unknown>((inner, name) => Object(inner)[name], JSON.parse(schema));
    expect(at, pointer).toBeDefined();
  }
});
