import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { KernelHeap } from '../../src/kernel/heap.ts';
import { readTable, text } from './read-table.ts';

const comma = { delimiter: ',', quoteChar: '"', header: true, skipLines: 0, footerLines: 0 };
const table = 'name,city\nZoë,"Århus, DK"\n€uro,Köln\n';
const utf16le = (input: string) => Buffer.from(input, 'utf16le');
const utf16be = (input: string) => Buffer.from(input, 'utf16le').swap16();
const rows = [
  ['Zoë', 'Århus, DK'],
  ['€uro', 'Köln'],
];

test.each([
  ['utf-8 with a mark', Buffer.from(`\ufeff${table}`), 'utf-8'],
  ['utf-8 without', Buffer.from(table), 'utf-8'],
  ['utf-16le with a mark', utf16le(`\ufeff${table}`), 'utf-16le'],
  ['utf-16be with a mark', utf16be(`\ufeff${table}`), 'utf-16be'],
  ['windows-1252, found', Buffer.from(table.replace('€', '\x80'), 'latin1'), 'windows-1252'],
])('%s', async (_, bytes, encoding) => {
  const { opened, rows: read, places } = await readTable(bytes, { dialect: comma });
  expect(read.map(text)).toEqual(rows);
  expect(opened.dialect.encoding).toBe(encoding);
  expect(opened.columns).toEqual(['name', 'city']);
  const marked = bytes[0]! >= 0xef ? (encoding === 'utf-8' ? 3 : 2) : 0;
  const width = encoding.startsWith('utf-16') ? 2 : 1;
  expect(places[0]).toMatchObject({ line: 2, byte: marked + 10 * width });
  expect(bytes.subarray(places[1]!.byte).toString('hex')).toMatch(/^(20ac|ac20|e282ac|80)/);
});

test('utf-16 without a mark is known by its NULs', async () => {
  const ascii = 'name,city\nZoe,"Aarhus, DK"\nEuro,Koeln\n';
  for (const [bytes, encoding] of [
    [utf16le(ascii), 'utf-16le'],
    [utf16be(ascii), 'utf-16be'],
  ] as const) {
    const { opened } = await readTable(bytes, { dialect: comma });
    expect(opened.dialect.encoding).toBe(encoding);
    expect(opened.confidence).toBeLessThan(1);
  }
});

test('utf-16 that begins with letters that are not ASCII is refused with a hint', async () => {
  for (const [bytes, encoding] of [
    [utf16le('Größe,Länge\n1,2\n'.repeat(5)), 'utf-16le'],
    [utf16be('имя,город\nАня,Омск\n'.repeat(5)), 'utf-16be'],
  ] as const) {
    await expect(readTable(bytes)).rejects.toThrow(
      `looks like UTF-16: if so, set dialect.encoding to ${encoding}`,
    );
    expect((await readTable(bytes, { dialect: { encoding } })).opened.columns).toHaveLength(2);
  }
});

test('an eight-bit encoding that nobody stated is told', async () => {
  const bytes = Buffer.from('a,b\ncaf\xe9,1\n', 'latin1');
  const guessed = await readTable(bytes);
  expect(guessed.notices).toEqual({ 'guessed-encoding': 1 });
  expect(guessed.opened.guessed).toContain('encoding');
  const stated = await readTable(bytes, { dialect: { ...comma, encoding: 'windows-1252' } });
  expect(stated.notices).toEqual({});
  expect(stated.opened.guessed).not.toContain('encoding');
});

test('iso-8859-1 is not windows-1252', async () => {
  const bytes = Buffer.from('a,b\n\x80,\xe9\n', 'latin1');
  const as = async (encoding: string) =>
    (await readTable(bytes, { dialect: { ...comma, encoding } })).rows.map(text);
  expect(await as('iso-8859-1')).toEqual([['\x80', 'é']]);
  expect(await as('windows-1252')).toEqual([['€', 'é']]);
});

test('half of a surrogate pair is not in the encoding', async () => {
  const bytes = Buffer.concat([utf16le('\ufeffa,b\n1,x'), Buffer.from([0x3d, 0xd8]), utf16le('y\n2,z😀\n')]);
  const { rows, rejects } = await readTable(bytes, { dialect: comma });
  expect(rows.map(text)).toEqual([['2', 'z😀']]);
  expect(rejects).toMatchObject([{ line: 2, column: 'b', code: 'invalid-utf-8' }]);
  const mended = await readTable(bytes, { dialect: comma, reading: { invalidUtf8: 'replace' } });
  expect(mended.rows.map(text)[0]).toEqual(['1', 'x\ufffdy']);
});

test.each([
  ['utf-32', Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]), 'unknown-encoding'],
  ['a workbook', Buffer.from('PK\x03\x04 and more'), 'binary-input'],
  ['Parquet', Buffer.from('PAR1\x15\x04'), 'binary-input'],
  ['noise', Buffer.from(Array.from({ length: 2000 }, (_, i) => (i * i * 31 + i * 7) % 256)), 'binary-input'],
])('%s is refused by name', async (_, bytes, code) => {
  await expect(readTable(bytes, { dialect: comma })).rejects.toThrow(expect.objectContaining({ code }));
});

const heap = new KernelHeap(16 * 1024 * 1024);

test('every encoding reads as UTF-8 does, however the input is cut', async () => {
  const unit = fc.constantFrom('a', ',', '\n', '"', '\r\n', 'é', 'ÿ', '1', ' ');
  const wide = fc.constantFrom('€', '日', '😀', '\ud83d\ude00x', '\u2028');
  const encoders = {
    'iso-8859-1': (input: string) => Buffer.from(input, 'latin1'),
    'utf-16le': utf16le,
    'utf-16be': utf16be,
  };
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...(Object.keys(encoders) as (keyof typeof encoders)[])),
      fc.array(unit, { maxLength: 200, size: 'max' }),
      fc.array(wide, { maxLength: 20 }),
      fc.integer({ min: 64, max: 300 }),
      fc.integer({ min: 1, max: 99 }),
      async (encoding, units, wides, block, chunk) => {
        const body = encoding.startsWith('utf-16')
          ? units.map((one, i) => one + (wides[i] ?? '')).join('')
          : units.join('');
        const input = `a,b\n1,2\n${body}`;
        const how = { sizes: { block, sample: 64 }, chunk, heap, reading: { shortHeader: 'keep' } };
        const dialect = { ...comma, escapeChar: '', skipInitialSpace: false, headerRows: [1] };
        const expected = await readTable(input, { ...how, dialect: { ...dialect, encoding: 'utf-8' } });
        const bytes = encoders[encoding](input);
        const actual = await readTable(bytes, { ...how, dialect: { ...dialect, encoding } });
        expect(actual.rows).toEqual(expected.rows);
        const byteOf = (byte: number) =>
          encoders[encoding](Buffer.from(input).subarray(0, byte).toString()).length;
        expect(actual.places).toEqual(
          expected.places.map((place) => ({ ...place, byte: byteOf(place.byte) })),
        );
        expect(actual.rejects.map(({ code, line }) => [code, line])).toEqual(
          expected.rejects.map(({ code, line }) => [code, line]),
        );
      },
    ),
    { numRuns: 300 },
  );
});
