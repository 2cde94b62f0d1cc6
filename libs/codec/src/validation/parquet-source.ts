import type { DialectOptions } from '../delimited/dialect.ts';
import { ParquetReader } from '../parquet-read/parquet-reader.ts';
import type { ByteFile, ByteSource } from '../ports.ts';

/** Bytes of text that are made at a time, about. */
const PIECE = 256 * 1024;
/** Where it ends a file it is no data. */
const CTRL_Z = String.fromCharCode(26);

/** How `openParquet` writes. A cell without anything, not even quotes, is null. */
export const parquetDialect = {
  delimiter: ',',
  lineTerminator: '\n',
  quoteChar: '"',
  doubleQuote: true,
  escapeChar: '',
  nullSequence: '',
  skipInitialSpace: false,
  header: true,
  headerRows: [1],
  headerJoin: ' ',
  skipLines: 0,
  footerLines: 0,
  encoding: 'utf-8',
} satisfies DialectOptions;

/**
 * A Parquet file as text: values in full, as Table Schema writes them. So it is held to the same rules as a CSV file.
 * @throws {BadInput} those of `ParquetReader`
 */
export async function openParquet(file: ByteFile): Promise<ByteSource> {
  const reader = await ParquetReader.open(file, {});
  let text = Buffer.from(printRow(reader.columns.map(({ name }) => name)));
  let ended = false;
  const more = async () => {
    const pieces: string[] = [];
    for (let length = 0; length < PIECE && !ended; ) {
      const batch = await reader.next();
      if (!batch) {
        ended = true;
        break;
      }
      for (let row = 0; row < batch.rows; row++) {
        const line = printRow(batch.cells.map((column) => column.text(row)));
        pieces.push(line);
        length += line.length;
      }
    }
    text = Buffer.from(pieces.join(''));
  };
  return {
    async read(into) {
      while (text.length === 0 && !ended) await more();
      const count = Math.min(into.length, text.length);
      into.set(text.subarray(0, count));
      text = text.subarray(count);
      return count;
    },
  };
}

function printRow(cells: readonly (string | null | undefined)[]): string {
  return `${cells.map(printCell).join(',')}\n`;
}

function printCell(cell: string | null | undefined): string {
  if (cell === null || cell === undefined) return '';
  const isOdd = cell === '' || /[",\r\n]|^\s|\s$/.test(cell) || cell.startsWith(CTRL_Z);
  return isOdd ? `"${cell.replaceAll('"', '""')}"` : cell;
}
