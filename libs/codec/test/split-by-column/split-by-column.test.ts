import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { partNamer } from '../../src/conversion/part-path.ts';
import { splitByColumn } from '../../src/split-by-column/split-by-column.ts';
import { type ConvertedAll, convertAll } from '../conversion/convert-all.ts';

const input = 'id,region,v\n1,north,a\n2,south,b\n3,north,c\n4,,d\n';

function named({ parts }: ConvertedAll): Record<string, string> {
  const name = partNamer('2026/orders', '.csv');
  return Object.fromEntries(parts.map(({ part, text }) => [name(part), text]));
}

it('golden: Hive folders, without the column', async () => {
  const split = await convertAll(splitByColumn, input, { by: ['region'] });
  expect(named(split)).toEqual({
    'region=north/2026/orders.csv': 'id,v\n1,a\n3,c\n',
    'region=south/2026/orders.csv': 'id,v\n2,b\n',
    'region=__HIVE_DEFAULT_PARTITION__/2026/orders.csv': 'id,v\n4,d\n',
  });
  expect(split.report).toMatchObject({ rows: 4, rejected: 0, fields: ['id', 'v'] });
});

it('golden: values in the name, with the column', async () => {
  const split = await convertAll(splitByColumn, 'id,a/b\n1,x/y\n', { by: ['a/b', 'id'], keys: 'named' });
  expect(named(split)).toEqual({ '2026/orders.x%2Fy.1.csv': 'id,a/b\n1,x/y\n' });
});

it('few files are open at once, and a value that comes again has another file', async () => {
  const rows = Array.from({ length: 60_000 }, (_, i) => `${i},${(i * 7) % 50}`).join('\n');
  const split = await convertAll(splitByColumn, `id,k\n${rows}\n`, { by: ['k'], maxOpenFiles: 5 });
  expect(split.mostOpen).toBeLessThanOrEqual(6);
  expect(split.parts.reduce((sum, part) => sum + part.rows, 0)).toBe(60_000);
  const name = partNamer('f', '.csv');
  expect(new Set(split.parts.map(({ part }) => name(part))).size).toBe(split.parts.length);
  expect(split.parts.length).toBeGreaterThan(50);
});

it.each([
  [{ by: ['nope'] }, 'no-such-column'],
  [{ by: ['id', 'region', 'v'] }, 'no-columns-left'],
  [{ by: ['id'], maxFiles: 3 }, 'too-many-files'],
])('%o is refused', async (options, code) => {
  await expect(convertAll(splitByColumn, input, options)).rejects.toMatchObject({ code });
});

it('no row is lost or in another’s file, however the input is cut', async () => {
  const table = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c d', '"', 'é'), fc.nat(99)), {
    minLength: 1,
    maxLength: 40,
  });
  await fc.assert(
    fc.asyncProperty(
      table,
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 7, max: 300 }),
      async (rows, maxOpenFiles, chunk) => {
        const text = `k,n\n${rows.map(([k, n]) => `"${k.replaceAll('"', '""')}",${n}`).join('\n')}\n`;
        const { parts } = await convertAll(
          splitByColumn,
          text,
          { by: ['k'], maxOpenFiles, dialect: { delimiter: ',', quoteChar: '"' } },
          { chunk },
        );
        for (const key of new Set(rows.map(([k]) => k))) {
          const found = parts
            .filter(({ part }) => part.partition[0]![1] === key)
            .flatMap((part) => part.text.trim().split('\n').slice(1));
          expect(found).toEqual(rows.filter(([k]) => k === key).map(([, n]) => String(n)));
        }
      },
    ),
    { numRuns: 30 },
  );
});
