import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { documentEverything } from '../options-table.ts';

const documents = await documentEverything();

it.each([...documents.keys()])(
  '%s has the options as their schemas say (node options-table.ts writes them)',
  (path) => {
    expect(readFileSync(path, 'utf8')).toBe(documents.get(path));
  },
);
