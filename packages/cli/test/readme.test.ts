import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { documentOptions } from '../options-table.ts';

it('has the options as their schemas say (node options-table.ts writes them)', async () => {
  expect(readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')).toBe(await documentOptions());
});
