import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FlatScanner } from '../../src/json-lines/flat-scanner.ts';
import { jsonLinesToCsv } from '../../src/json-lines-to-csv/json-lines-to-csv.ts';
import { convertAll } from '../conversion/convert-all.ts';
import { readTable } from '../delimited/read-table.ts';

it('golden: nested objects lie flat, keys come in the order of their first line, bad lines go to quarantine', async () => {
  const { text, report, rejects } = await convertAll(
    jsonLinesToCsv,
    [
      '\ufeff{"id":1,"name":"Ann, A","address":{"city":"Ulm","geo":{"lat":48.40}}}',
      '{"id":9007199254740993,"tags":["a","b"],"ok":true,"none":null}',
      '',
      '{"id":3,',
      '[1]',
      '{"id":4,"address":{"city":"Köln \\"am\\" Rhein"},"price":1.10,"big":1e400}',
    ].join('\r\n'),
    { rejects: { maxRejectRatio: 1 } },
  );
  expect(text).toBe(
    [
      'id,name,address.city,address.geo.lat,tags,ok,none,price,big',
      '1,"Ann, A",Ulm,48.40,,,,,',
      '9007199254740993,,,,"[""a"",""b""]",true,,,',
      '4,,"Köln ""am"" Rhein",,,,,1.10,1e400',
      '',
    ].join('\n'),
  );
  expect(report).toMatchObject({ rows: 3, rejected: 2, pass: 2, notices: { 'blank-lines': 1 } });
  expect(rejects).toMatchObject([
    { line: 4, code: 'bad-json', record: '{"id":3,' },
    { line: 5, code: 'not-an-object', record: '[1]' },
  ]);
});

describe('columns that are given', () => {
  it('are written in their order in one pass, and other keys are counted', async () => {
    const { text, report } = await convertAll(jsonLinesToCsv, '{"a":1,"b":2}\n{"b":3,"c":{"d":4}}\n', {
      columns: ['c/d', 'b'],
      separator: '/',
    });
    expect(text).toBe('c/d,b\n,2\n4,3\n');
    expect(report).toMatchObject({ pass: 1, notices: { 'keys-left-out': 1 } });
  });
});

describe('limits', () => {
  it('a line that is too long, or is no UTF-8, or makes one column twice, is rejected', async () => {
    const input = Buffer.concat([
      Buffer.from(`{"a":"${'x'.repeat(600_000)}"}\n{"a":"`),
      Buffer.from([0xff]),
      Buffer.from('"}\n{"a":{"b":1},"a.b":2}\n{"a":"y"}\n'),
    ]);
    const { text, rejects } = await convertAll(jsonLinesToCsv, input, {
      maxRecordBytes: 1000,
      rejects: { maxRejectRatio: 1 },
    });
    expect(text).toBe('a\ny\n');
    expect(rejects.map(({ line, code }) => [line, code])).toEqual([
      [1, 'record-too-long'],
      [2, 'invalid-utf-8'],
      [3, 'duplicate-column'],
    ]);
  });

  it('of a key that comes again the last value counts, but not where an object is among them', async () => {
    const lines = [
      '{"a":1,"a":2}',
      '{"a":1,"a":{"b":2}}',
      '{"a":{"b":2},"a":1}',
      '{"a":{"b":2},"a":{"c":1}}',
      '{"a":{"b":{"c":1}}}',
      '{"a":{"a":1}}',
    ];
    const { text, rejects } = await convertAll(jsonLinesToCsv, lines.join('\n'), {
      rejects: { maxRejectRatio: 1 },
    });
    expect(text).toBe('a,a.b.c,a.a\n2,,\n,1,\n,,1\n');
    expect(rejects.map(({ line, code }) => [line, code])).toEqual([
      [2, 'duplicate-key'],
      [3, 'duplicate-key'],
      [4, 'duplicate-key'],
    ]);
  });

  it('a line makes no more columns than there may be, however long it is', () => {
    const scanner = new FlatScanner('.', { maxColumns: 3 });
    const keys = (count: number) => Array.from({ length: count }, (_, i) => `"k${i}":1`).join(',');
    expect(scanner.scan(Buffer.from(`{${keys(100_000)}}`))).toBe('too-many-columns');
    expect(scanner.scan(Buffer.from(`{${keys(100_000)}`))).toBe('bad-json');
    expect(scanner.columns).toEqual([]);
    expect(scanner.scan(Buffer.from(`{${keys(3)}}`))).toBe(undefined);
    expect(scanner.columns).toEqual(['k0', 'k1', 'k2']);
  });

  it('too many keys, or none, refuse the file', async () => {
    const many = Array.from({ length: 20 }, (_, i) => `{"k${i}":1}`).join('\n');
    await expect(convertAll(jsonLinesToCsv, many, { maxColumns: 10 })).rejects.toMatchObject({
      code: 'too-many-columns',
    });
    await expect(convertAll(jsonLinesToCsv, 'no JSON\n')).rejects.toMatchObject({ code: 'empty-input' });
  });

  it('objects deep in each other stay JSON from a depth on', async () => {
    const nest = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
    const { report, text } = await convertAll(jsonLinesToCsv, `${nest(40)}\n${nest(100_000)}\n`);
    expect(report.fields).toEqual([Array(32).fill('a').join('.')]);
    expect(report.rows).toBe(2);
    expect(text).toContain(nest(8).replaceAll('"', '""'));
  });
});

it('every value of a flat object comes back, however the input is cut', async () => {
  const value = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.bigInt(),
  );
  const rows = fc.array(fc.dictionary(fc.string({ minLength: 1, maxLength: 3 }), value, { minKeys: 1 }), {
    minLength: 1,
    maxLength: 6,
  });
  await fc.assert(
    fc.asyncProperty(rows, fc.integer({ min: 1, max: 100 }), async (objects, chunk) => {
      const print = (cell: unknown) => (typeof cell === 'bigint' ? String(cell) : JSON.stringify(cell));
      const lines = objects.map(
        (object) =>
          `{${Object.entries(object)
            .map(([key, cell]) => `${JSON.stringify(key)}:${print(cell)}`)
            .join(',')}}`,
      );
      const { text, report } = await convertAll(
        jsonLinesToCsv,
        `${lines.join('\n')}\n`,
        { output: { dialect: { nullSequence: 'NULL' } } },
        { chunk },
      );
      const columns = report.fields!;
      const read = await readTable(text, {
        dialect: { ...report.dialect, nullSequence: 'NULL', encoding: 'utf-8' },
        reading: { headerNames: 'mend', absentDelimiter: 'accept' },
      });
      expect(report.rows).toBe(objects.length);
      expect(
        read.rows.map((row) => row.map((cell) => cell && Buffer.from(cell, 'latin1').toString())),
      ).toEqual(
        objects.map((object) =>
          columns.map((name) => {
            if (!Object.hasOwn(object, name)) return null;
            const cell = object[name];
            return typeof cell === 'string' ? cell : print(cell);
          }),
        ),
      );
    }),
    { numRuns: Number(process.env.PROPERTY_RUNS ?? 25) },
  );
});

it('takes for JSON what JSON.parse does, and nothing else', () => {
  const json = fc.json({ maxDepth: 3 });
  const piece = fc.constantFrom('', '"', '\\', '{', '}', '[', ',', ':', '0', '-', 'e', ' ', '\t', 'null');
  const broken = fc.tuple(json, fc.nat(), piece).map(([text, nat, put]) => {
    const at = nat % (text.length + 1);
    return text.slice(0, at) + put + text.slice(at + (nat % 2));
  });
  const member = fc.string().map((text) => `{"a":${text}}`);
  const isJson = (line: string) => {
    try {
      return { value: JSON.parse(line) as unknown };
    } catch {
      return undefined;
    }
  };
  fc.assert(
    fc.property(fc.oneof(json, broken, member), (line) => {
      const parsed = isJson(line);
      const fault = new FlatScanner('.').scan(Buffer.from(line));
      if (!parsed) expect(fault).toBe('bad-json');
      else if (typeof parsed.value !== 'object' || parsed.value === null || Array.isArray(parsed.value))
        expect(fault).toBe('not-an-object');
      else expect([undefined, 'duplicate-column', 'duplicate-key']).toContain(fault);
    }),
    { numRuns: Number(process.env.PROPERTY_RUNS ?? 2000) },
  );
});
