import type { Converter, ConvertIo, ConvertReport } from '../converter.ts';
import { describeUnwritable } from '../delimited/convert-rows.ts';
import type { RowFault } from '../delimited/text-rows.ts';
import { DelimitedWriter } from '../delimited/writer.ts';
import { describeWritten, formOfWritten } from '../delimited/written-dialect.ts';
import { BadInput } from '../errors.ts';
import { FlatScanner } from '../json-lines/flat-scanner.ts';
import { type Line, LineReader } from '../json-lines/line-reader.ts';
import { describeScanFault } from '../json-lines/scan-faults.ts';
import { type JsonLinesToCsvOptions, jsonLinesToCsvOptions } from './options.ts';

/** JSON Lines (NDJSON) to CSV: nested objects laid out flat, numbers with all their digits, bad lines to quarantine. */
export const jsonLinesToCsv: Converter<JsonLinesToCsvOptions> = {
  name: 'json-lines-to-csv',
  summary: 'JSON Lines to CSV, nested objects laid out flat',
  options: jsonLinesToCsvOptions,
  input: { mediaTypes: ['application/x-ndjson', 'application/jsonl'] },
  output: { extension: '.csv', mediaType: 'text/csv' },
  outputForm: ({ columns, output: { dialect } }) => formOfWritten(dialect, columns),
  readsTwice: ({ columns }) => columns === undefined,
  convert: convertJsonLines,
};

/** @throws {BadInput} `empty-input`, `too-many-columns` */
async function convertJsonLines(io: ConvertIo, options: JsonLinesToCsvOptions): Promise<ConvertReport> {
  const found = options.columns === undefined ? await findColumns(io, options) : undefined;
  const columns = options.columns ?? found!;
  const scanner = new FlatScanner(options.separator, { columns });
  const writer = new DelimitedWriter(io.sink, columns, options.output.dialect);
  const lines = new LineReader(found ? await io.restart() : io.source, options.maxRecordBytes);
  let blank = 0;
  let rejected = 0;
  for (let some = await lines.next(); some; some = await lines.next()) {
    io.signal?.throwIfAborted();
    for (const line of some) {
      const { leftOut } = scanner;
      let fault = scanLine(scanner, line);
      // Only a line that was bad in the first pass has keys that it did not find.
      if (found && scanner.leftOut > leftOut) fault ??= describeScanFault('duplicate-column');
      if (fault === 'blank') {
        blank++;
        continue;
      }
      if (!fault) {
        for (let column = 0; column < columns.length; column++) scanner.put(column, writer);
        const unwritable = writer.endRow();
        fault = unwritable && describeUnwritable(unwritable, columns);
      }
      if (!fault) continue;
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
    notices: {
      ...(blank > 0 && { 'blank-lines': blank }),
      ...(!found && scanner.leftOut > 0 && { 'keys-left-out': scanner.leftOut }),
    },
  };
}

/** All keys of all good lines, in the order in which they first come. */
async function findColumns(io: ConvertIo, options: JsonLinesToCsvOptions): Promise<string[]> {
  const { separator, maxColumns } = options;
  const scanner = new FlatScanner(separator, { maxColumns });
  const lines = new LineReader(io.source, options.maxRecordBytes);
  for (let some = await lines.next(); some; some = await lines.next()) {
    io.signal?.throwIfAborted();
    for (const line of some) {
      const fault = scanLine(scanner, line);
      if (fault !== 'blank' && fault?.code === 'too-many-columns')
        throw new BadInput({
          code: 'too-many-columns',
          what: 'The lines have too many different keys',
          expected: `<= ${maxColumns} (maxColumns), or \`columns\` that names those to write`,
          where: { line: line.number },
        });
    }
  }
  if (scanner.columns.length > 0) return scanner.columns;
  throw new BadInput({
    code: 'empty-input',
    what: 'The input has no line with a key',
    expected: 'JSON objects, one a line',
  });
}

function scanLine(scanner: FlatScanner, { bytes, fault }: Line): RowFault | 'blank' | undefined {
  if (fault) return fault;
  const code = scanner.scan(bytes);
  if (code === undefined) return undefined;
  return bytes.every((byte) => byte === 32 || byte === 9 || byte === 13) ? 'blank' : describeScanFault(code);
}
