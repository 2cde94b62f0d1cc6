import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Duck } from '../parquet/read-back.ts';
import { readParquet } from './read-parquet.ts';

let duck: Duck;
beforeAll(async () => {
  duck = await Duck.open();
});
afterAll(() => duck.close());

/** What DuckDB writes of a query. */
async function copy(sql: string, options = ''): Promise<Buffer> {
  const path = duck.save(new Uint8Array());
  await duck.query(`copy (${sql}) to '${path}' (format parquet ${options})`);
  return readFileSync(path);
}

const types = `
  select i::tinyint as tiny, (i * 300)::smallint as small, (i * 1000003)::integer as whole, i::bigint * 9007199254740993 as long,
    i::utinyint as utiny, (4294967295 - i)::uinteger as uint, (18446744073709551615 - i)::ubigint as ulong,
    (i / 7)::float as single, (i / 7)::double as double, i % 3 = 0 as flag, 'text ' || (i % 5) as word,
    (i * 1.01)::decimal(4,2) as d4, (i * 123456.789)::decimal(18,3) as d18, (i * 99999999999999999999.5)::decimal(38,4) as d38,
    date '1969-12-30' + i::integer as day, time '00:00:00.000001' + to_microseconds(i * 999999) as clock,
    timestamp '1969-12-31 23:59:59.999999' + to_microseconds(i * 86400000001) as local,
    (timestamp '2024-02-29 12:00:00' + to_hours(i))::timestamptz as zoned,
    (timestamp_ns '2024-02-29 12:00:00.123456789') as nanos,
    ('00000000-0000-4000-8000-0000000000' || (10 + i))::uuid as id, ('\\xAA\\x0' || (i % 10))::blob as bin,
    to_months(i::integer) + to_days(3) as span, ('{"a":' || i || '}')::json as doc, ('m' || (i % 2))::varchar as mood,
    case when i % 4 = 0 then null else i end as gaps
  from range(50) t(i)`;

describe('files of DuckDB', () => {
  it.each([['uncompressed'], ['snappy'], ['gzip'], ['zstd'], ['brotli']])(
    '%s: every type, exactly',
    async (codec) => {
      const file = await copy(types, `, codec '${codec}'`);
      const { reader, texts } = await readParquet(file);
      const path = duck.save(file);
      const names = reader.columns.map(({ name }) => name);
      // DuckDB prints timestamps with a space and zones of the session; everything else is compared as it prints it.
      const own: Record<string, string> = {
        local: "strftime(local, '%Y-%m-%dT%H:%M:%S.%f')",
        zoned: "strftime(zoned at time zone 'utc', '%Y-%m-%dT%H:%M:%SZ')",
        nanos: "'2024-02-29T12:00:00.123456789'",
        bin: 'base64(bin)',
        flag: 'flag::varchar',
        span: "'P' || (case when date_part('year', span) * 12 + date_part('month', span) > 0 then (date_part('year', span) * 12 + date_part('month', span)) || 'M' else '' end) || '3D'",
      };
      const rows = await duck.query(
        `select ${names.map((name) => `${own[name] ?? `${name}::varchar`} as ${name}`).join(', ')} from '${path}'`,
      );
      names.forEach((name, column) => {
        const expected = rows.map((row) => row[name] as string | null);
        const same = name === 'double' || name === 'single';
        const trim = (text: string | null) =>
          name === 'clock' || name === 'local'
            ? text?.replace(/(\.[0-9]*?)0+$/, '$1').replace(/\.$/, '')
            : text;
        expect([name, ...texts[column]!.map((text) => (same ? Number(text) : trim(text)))]).toEqual([
          name,
          ...expected.map((text) => (same ? Number(text) : trim(text))),
        ]);
      });
    },
  );

  it('of version 2, with delta encodings and row groups', async () => {
    const file = await copy(
      "select i as n, 'customer#' || lpad(i::varchar, 9, '0') as name, i * 37 % 1000 as k, (i / 3)::double as x, case when i % 3 = 0 then null else i::integer end as gap from range(30000) t(i)",
      ', parquet_version v2, row_group_size 10000, dictionary_size_limit 2000',
    );
    const { values, texts } = await readParquet(file);
    expect(values[0]).toEqual(Array.from({ length: 30_000 }, (_, i) => BigInt(i)));
    expect(texts[1]![29_999]).toBe('customer#000029999');
    expect(values[2]![29_999]).toBe(BigInt((29_999 * 37) % 1000));
    expect(values[3]![7]).toBe(7 / 3);
    expect(texts[4]!.slice(0, 4)).toEqual([null, '1', '2', null]);
  });

  it('structs are columns of their own; lists are refused by name, or left out', async () => {
    const file = await copy(
      "select {'city': 'Ulm', 'geo': {'lat': 48.4::double}} as place, [1, 2] as list, null::int as none",
    );
    await expect(readParquet(file)).rejects.toMatchObject({ code: 'repeated-column' });
    const { texts } = await readParquet(file, { columns: ['place.geo.lat', 'place.city', 'none'] });
    expect(texts).toEqual([['48.4'], ['Ulm'], [null]]);
    await expect(readParquet(file, { columns: ['city'] })).rejects.toMatchObject({ code: 'no-such-column' });
  });

  it('an empty table has columns and no rows', async () => {
    const { reader, texts } = await readParquet(await copy('select 1 as a where false'));
    expect(reader.schema).toEqual({ fields: [{ name: 'a', type: 'integer', bits: 32 }] });
    expect(texts).toEqual([[]]);
  });

  it('the schema is derived of what the file says', async () => {
    const { reader } = await readParquet(
      await copy(
        "select 1.5::decimal(9,2) as price, date '2024-01-01' as day, now()::timestamp as at, now() as seen, uuid() as id",
      ),
    );
    expect(reader.schema.fields).toEqual([
      { name: 'price', type: 'number', precision: 9, scale: 2 },
      { name: 'day', type: 'date' },
      { name: 'at', type: 'datetime', timezone: 'local' },
      { name: 'seen', type: 'datetime', timezone: 'utc' },
      { name: 'id', type: 'string', format: 'uuid' },
    ]);
  });
});

describe('what is no Parquet, or lies', () => {
  it.each([
    ['nothing', Buffer.alloc(0), 'not-parquet'],
    ['a text', Buffer.from('a,b\n1,2\n3,4\n'), 'not-parquet'],
    ['an encrypted footer', Buffer.from(`PARE${'x'.repeat(20)}PARE`), 'parquet-not-supported'],
    [
      'a footer longer than the file',
      Buffer.concat([Buffer.from('PAR1xxxx'), Buffer.from([255, 255, 255, 127]), Buffer.from('PAR1')]),
      'parquet-corrupt',
    ],
    [
      'an empty footer',
      Buffer.concat([Buffer.from('PAR1'), Buffer.from([0, 0, 0, 0]), Buffer.from('PAR1')]),
      'parquet-corrupt',
    ],
  ])('%s', async (_, file, code) => {
    await expect(readParquet(file)).rejects.toMatchObject({ code });
  });

  it('a file cut short', async () => {
    const file = await copy('select i from range(1000) t(i)');
    await expect(readParquet(file.subarray(0, file.length - 1))).rejects.toMatchObject({
      code: 'not-parquet',
    });
    await expect(
      readParquet(Buffer.concat([file.subarray(0, 100), file.subarray(300)])),
    ).rejects.toMatchObject({
      code: 'parquet-corrupt',
    });
  });

  it('pages beyond the limits', async () => {
    const file = await copy("select repeat('x', 1000) || i as t from range(2000) t(i)", ", codec 'zstd'");
    await expect(readParquet(file, { maxPageBytes: 100_000 })).rejects.toMatchObject({
      code: 'parquet-limit',
    });
    await expect(readParquet(file, { maxPageRows: 100 })).rejects.toMatchObject({ code: 'parquet-limit' });
    await expect(readParquet(file, { maxMemory: 100_000 })).rejects.toMatchObject({ code: 'parquet-limit' });
    await expect(readParquet(file, { maxFooterBytes: 10 })).rejects.toMatchObject({ code: 'parquet-limit' });
  });
});
