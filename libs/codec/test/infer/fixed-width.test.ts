import { describe, expect, it } from 'vitest';
import { layoutSchema } from '../../src/fixed-width/layout.ts';
import { inferFixedWidthLayout } from '../../src/infer/fixed-width.ts';

const bytes = (...lines: string[]) => Buffer.from(lines.map((line) => `${line}\n`).join(''));
const infer = (sample: Uint8Array, options?: { complete: boolean }) => {
  const inferred = inferFixedWidthLayout(sample, options);
  layoutSchema.parse(inferred.layout);
  return inferred;
};
const spans = (sample: Uint8Array) =>
  infer(sample).layout.fields.map(({ name, start, end }) => [name, start, end]);

const models = ['HGST HDS5C4040ALE630', 'HGST HMS5C4040BLE640', 'ST4000DM000', 'TOSHIBA MQ01ABF050'];
const sizes = [4000787030016, 500107862016];
const driveStats = (count: number, modelOf: (n: number) => string) =>
  bytes(
    `${'date'.padEnd(15)}${'serial_number'.padEnd(21)}${'model'.padEnd(43)}${'capacity_bytes'.padEnd(19)}${'failure'.padEnd(12)}`,
    ...Array.from(
      { length: count },
      (_, n) =>
        `${'2022-10-01'.padEnd(15)}${`PL${1331 + n}LAGDJ5GH`.padEnd(21)}${modelOf(n).padEnd(43)}${String(sizes[n % 2]).padEnd(19)}${'0'.padEnd(12)}`,
    ),
  );
const driveFields = [
  ['date', 0, 15],
  ['serial_number', 15, 36],
  ['model', 36, 79],
  ['capacity_bytes', 79, 98],
  ['failure', 98, 110],
];

describe('a file like drive-stats', () => {
  it('is found as it is', () => {
    const sample = driveStats(100, (n) => models[n % 4]!);
    expect(spans(sample)).toEqual(driveFields);
    expect(infer(sample)).toMatchObject({ layout: { skip: 1 }, confidence: 1 });
  });

  it('keeps a model in one column though every one has a blank at one place: its header is one word', () => {
    const sample = driveStats(100, (n) => models[n % 2]!);
    expect(spans(sample)).toEqual(driveFields);
    expect(infer(sample).notes).toContain(
      'model has a blank at one place in every record: taken as part of it',
    );
  });

  it('is found in a sample that ends in the midst of a record', () => {
    const sample = driveStats(100, (n) => models[n % 4]!).subarray(0, 5000);
    const inferred = infer(sample, { complete: false });
    expect(inferred.layout.fields.at(-1)).toEqual({ name: 'failure', start: 98, end: 110 });
  });

  it('is found with a header in the midst too, as when files are put end to end', () => {
    const part = driveStats(600, (n) => models[n % 4]!);
    expect(spans(Buffer.concat([part, part]))).toEqual(driveFields);
  });
});

describe('columns', () => {
  const people = [
    'Ada Lovelace    36      1,204.50',
    'Alan Turing      7        -18.00',
    'Grace Hopper   109  1,000,000.00',
  ];

  it('that lean to the right own the room before them; without a header they have numbers for names', () => {
    const { layout, notes } = infer(bytes(...people));
    expect(layout.fields).toEqual([
      { name: 'column_1', start: 0, end: 14 },
      { name: 'column_2', start: 14, end: 18 },
      { name: 'column_3', start: 18, end: 32 },
    ]);
    expect(layout.skip).toBeUndefined();
    expect(notes).toContain('no header found');
  });

  it('with a ragged last one end with the record', () => {
    const sample = bytes('10  short', '20  a longer remark', '30  x');
    expect(spans(sample)).toEqual([
      ['column_1', 0, 4],
      ['column_2', 4, null],
    ]);
  });

  it('that touch are cut by their header words', () => {
    const sample = bytes('date    time  n', '20221001093000 1', '20221002101500 2', '20221003235959 3');
    expect(spans(sample)).toEqual([
      ['date', 0, 8],
      ['time', 8, 14],
      ['n', 14, 16],
    ]);
  });

  it('that are always blank are known by their header word', () => {
    const sample = bytes('id  remark  sum', '1             7', '2            18', '3             9');
    expect(spans(sample).map(([name]) => name)).toEqual(['id', 'remark', 'sum']);
    expect(infer(sample).notes).toContain('remark is blank in every record of the sample');
  });

  it('with names of several words keep them, or give each its own', () => {
    expect(
      spans(bytes('serial number  size', 'ABC123         1000', 'DEFGH4         2000')).map(([name]) => name),
    ).toEqual(['serial_number', 'size']);
    expect(spans(bytes('id qty', '17   3', '18  12')).map(([name]) => name)).toEqual(['id', 'qty']);
  });

  it('with the same name twice get different ones', () => {
    expect(spans(bytes('sum  sum', '1    2', '3    4')).map(([name]) => name)).toEqual(['sum', 'sum_2']);
  });
});

describe('what stands before the records', () => {
  const rows = ['17    bolt    3', '18    nut    12', '19    gear    1', '20    cog     9'];

  it('may be a title, a header, blank lines and comments', () => {
    const { layout } = infer(bytes('# made by hand', 'Stock of the day', '', 'id    part  qty', ...rows));
    expect(layout).toMatchObject({ skip: 4, comment: '#' });
    expect(layout.fields.map(({ name }) => name)).toEqual(['id', 'part', 'qty']);
  });

  it('may be a header with a line of dashes, which says where columns are', () => {
    const { layout } = infer(
      bytes('id    part name  qty', '----  ---------  ---', '17    hex bolt     3', '18    nut         12'),
    );
    expect(layout).toEqual({
      skip: 2,
      fields: [
        { name: 'id', start: 0, end: 6 },
        { name: 'part_name', start: 6, end: 17 },
        { name: 'qty', start: 17, end: 20 },
      ],
    });
  });

  it('is known among texts by the way it is written', () => {
    const { layout } = infer(bytes('name    city', 'ADA     LONDON', 'ALAN    WILMSLOW', 'GRACE   NEW YORK'));
    expect(layout).toMatchObject({ skip: 1, fields: [{ name: 'name' }, { name: 'city' }] });
    expect(
      infer(bytes('Ada     London', 'Alan    Wilmslow', 'Grace   Arlington')).layout.skip,
    ).toBeUndefined();
  });
});

describe('bytes', () => {
  it('CRLF, a byte order mark and a last Ctrl-Z change nothing', () => {
    const sample = Buffer.from('\u{feff}id  n\r\n17  1\r\n18  2\r\n\x1a');
    const { layout, notes } = infer(sample);
    expect(layout.fields).toEqual([
      { name: 'id', start: 0, end: 4 },
      { name: 'n', start: 4, end: 5 },
    ]);
    expect(notes).toEqual(expect.arrayContaining(['line ends are CRLF', 'starts with a byte order mark']));
  });

  it('old line ends are told', () => {
    expect(infer(Buffer.from('id  n\r17  1\r18  2\r')).layout).toMatchObject({ newline: 'cr', skip: 1 });
  });

  it('records without line ends have a length', () => {
    const record = (n: number) =>
      `${String(n).padStart(6, '0')}${['bolt', 'gear wheel', 'cog'][n % 3]!.padEnd(14)}${String(n * 7).padStart(8)}  `;
    const sample = Buffer.from(Array.from({ length: 60 }, (_, n) => record(n)).join(''));
    const { layout } = infer(sample);
    expect(layout.recordLength).toBe(30);
    expect(layout.fields.length).toBeGreaterThanOrEqual(2);
    expect(infer(sample.subarray(0, 1000), { complete: false }).layout.recordLength).toBe(30);
  });

  it('UTF-8 counts characters where lines are alike in those, else bytes', () => {
    const rows = ['größe  ort', '17     Köln      ', '18     Neuss     ', '19     Düren     '];
    const padded = rows.map((row) => row.padEnd(17));
    const { layout } = infer(bytes(...padded));
    expect(layout).toMatchObject({
      unit: 'characters',
      fields: [{ name: 'größe', start: 0, end: 7 }, { name: 'ort' }],
    });
    const byBytes = padded.map((row) =>
      row.trimEnd().padEnd(17 - (Buffer.byteLength(row.trimEnd()) - row.trimEnd().length)),
    );
    expect(infer(bytes(...byBytes)).layout.unit).toBeUndefined();
  });

  it('8-bit encodings are told from UTF-8 and from each other', () => {
    expect(infer(Buffer.from('17  K\xf6ln\n18  Bonn\n', 'latin1')).layout.encoding).toBe('iso-8859-1');
    expect(infer(Buffer.from('17  \x80 5\n18  \x80 7\n', 'latin1')).layout.encoding).toBe('windows-1252');
    expect(infer(Buffer.from('17  Köln'), { complete: false }).layout.encoding).toBeUndefined();
  });

  it('UTF-16 and nothing at all are refused', () => {
    expect(() => infer(Buffer.from('\u{feff}17  1\n', 'utf16le'))).toThrow('UTF-16');
    expect(() => infer(Buffer.alloc(0))).toThrow('nothing to infer');
  });
});

describe('doubts', () => {
  it('are told, and lower the confidence', () => {
    const delimited = infer(bytes('id,name', '1,ada', '2,alan'));
    expect(delimited.notes.at(-1)).toContain('looks delimited');
    expect(delimited.confidence).toBeLessThan(0.3);
    expect(infer(bytes('a', 'b')).notes.at(-1)).toContain('positions must come from elsewhere');
    expect(infer(bytes('10\tx', '20\ty')).notes.join()).toContain('tabs');
  });

  it('do not stop odd samples', () => {
    for (const sample of ['\n', ' ', '\n\n\n', 'x', '#\n#\n', '\0\0\0\0', '-- --\n', 'a\n\nb', '\r\n'])
      expect(infer(Buffer.from(sample)).layout.fields.length).toBeGreaterThan(0);
  });
});
