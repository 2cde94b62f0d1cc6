import type { Converter, ConvertIo, ConvertReport } from '../converter.ts';
import { describeUnwritable } from '../delimited/convert-rows.ts';
import type { RowFault } from '../delimited/text-rows.ts';
import { DelimitedWriter } from '../delimited/writer.ts';
import { describeWritten } from '../delimited/written-dialect.ts';
import { BadInput } from '../errors.ts';
import { type FlatRow, flatten, parseExactly } from '../json-lines/flatten.ts';
import { type Line, LineReader } from '../json-lines/line-reader.ts';
import type { ByteSource } from '../ports.ts';
import { type JsonLinesToCsvOptions, jsonLinesToCsvOptions } from './options.ts';

/** JSON Lines (NDJSON) to CSV: nested objects laid out flat, numbers with all their digits, bad lines to quarantine. */
export const jsonLinesToCsv: Converter<JsonLinesToCsvOptions> = {
  name: 'json-lines-to-csv',
  summary: 'JSON Lines to CSV, nested objects laid out flat',
  options: jsonLinesToCsvOptions,
  input: { mediaTypes: ['application/x-ndjson', 'application/jsonl'] },
  output: { extension: '.csv', mediaType: 'text/csv' },
  readsTwice: ({ columns }) => columns === undefined,
  convert: convertJsonLines,
};

/** @throws {BadInput} `empty-input`, `too-many-columns` */
async function convertJsonLines(io: ConvertIo, options: JsonLinesToCsvOptions): Promise<ConvertReport> {
  const found = options.columns === undefined ? await findColumns(io, options) : undefined;
  const columns = options.columns ?? found!;
  const places = new Map(columns.map((name, place) => [name, place]));
  const writer = new DelimitedWriter(io.sink, columns, options.output.dialect);
  const notices = { 'blank-lines': 0, 'keys-left-out': 0 };
  let rejected = 0;
  for await (const line of linesOf(found ? await io.restart() : io.source, options, io.signal)) {
    const row = readRow(line, options);
    if (row === 'blank') {
      notices['blank-lines']++;
      continue;
    }
    let fault = row instanceof Map ? undefined : row;
    if (row instanceof Map) {
      const cells = new Array<string | null>(columns.length).fill(null);
      for (const [name, text] of row) {
        const place = places.get(name);
        if (place === undefined) notices['keys-left-out']++;
        else cells[place] = text;
      }
      const unwritable = writer.add(cells);
      fault = unwritable && describeUnwritable(unwritable, columns);
    }
    if (fault) {
      rejected++;
      io.reject({ ...fault, line: line.number, byte: line.byte, record: line.bytes });
    }
    if (writer.isFull) await writer.flush();
  }
  await writer.end();
  return {
    rows: writer.rows,
    rejected,
    dialect: describeWritten(options.output.dialect),
    fields: [...columns],
    notices: Object.fromEntries(Object.entries(notices).filter(([, count]) => count > 0)),
  };
}

/** All keys of all lines, in the order in which they first come. */
async function findColumns(io: ConvertIo, options: JsonLinesToCsvOptions): Promise<string[]> {
  const columns = new Set<string>();
  for await (const line of linesOf(io.source, options, io.signal)) {
    const row = readRow(line, options);
    if (!(row instanceof Map)) continue;
    for (const name of row.keys()) columns.add(name);
    if (columns.size > options.maxColumns)
      throw new BadInput({
        code: 'too-many-columns',
        what: 'The lines have too many different keys',
        expected: `<= ${options.maxColumns} (maxColumns), or \`columns\` that names those to write`,
        where: { line: line.number },
      });
  }
  if (columns.size > 0) return [...columns];
  throw new BadInput({
    code: 'empty-input',
    what: 'The input has no line with a key',
    expected: 'JSON objects, one a line',
  });
}

async function* linesOf(
  source: ByteSource,
  { maxRecordBytes }: JsonLinesToCsvOptions,
  signal: AbortSignal | undefined,
): AsyncIterable<Line> {
  const reader = new LineReader(source, maxRecordBytes);
  for (let lines = await reader.next(); lines; lines = await reader.next()) {
    signal?.throwIfAborted();
    yield* lines;
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function readRow(
  { bytes, isTooLong }: Line,
  { separator, maxRecordBytes }: JsonLinesToCsvOptions,
): FlatRow | RowFault | 'blank' {
  if (isTooLong)
    return {
      code: 'record-too-long',
      message: `Line exceeds the limit (maxRecordBytes); expected <= ${maxRecordBytes} bytes`,
    };
  try {
    const text = utf8.decode(bytes);
    if (text.trim() === '') return 'blank';
    const value = parseExactly(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return { code: 'not-an-object', message: 'Line holds JSON, but not an object' };
    return (
      flatten(value, separator) ?? {
        code: 'duplicate-column',
        message: 'Two keys of the line make one column',
      }
    );
  } catch (error) {
    if (error instanceof RangeError)
      return { code: 'too-deep', message: 'Line holds values too deep in each other' };
    return error instanceof SyntaxError
      ? { code: 'bad-json', message: `Line is not JSON: ${error.message}`.slice(0, 300) }
      : { code: 'invalid-utf-8', message: 'Line is not UTF-8' };
  }
}
