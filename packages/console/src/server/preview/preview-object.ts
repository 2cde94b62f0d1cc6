import { inflate, inputOptions } from '@tributary/codec';
import { inferTable } from '@tributary/codec/delimited';
import type { ObjectPreview, RulerField } from '../../local-api.ts';
import type { OpenedObject } from '../objects.ts';
import { previewParquet } from './preview-parquet.ts';
import { sketchColumns } from './sketch-columns.ts';

const ROWS = 200;
/** Looked at, inflated. */
const SAMPLE_BYTES = 1024 * 1024;
const LONGEST_LINE = 4000;
const PARQUET = 'PAR1';

type Preview = Omit<ObjectPreview, 'bucket' | 'key' | 'bytes'>;

/** The start of an object as what it is: by its content, or by the layout of the step that reads it. */
export async function previewObject(object: OpenedObject, ruler?: RulerField[]): Promise<Preview> {
  if (object.size === 0) return { format: 'empty', notes: ['The object has no bytes'] };
  const head = new Uint8Array(PARQUET.length);
  await object.read(0, head);
  if (new TextDecoder().decode(head) === PARQUET) return previewParquet(object, ROWS);
  const { bytes, compression } = await readStart(object);
  const found = compression === undefined || compression === 'none' ? {} : { compression };
  if (bytes.includes(0) && !startsAsUtf16(bytes))
    return { format: 'binary', ...found, notes: ['Bytes that are no text'] };
  const lines = linesOf(bytes);
  if (ruler !== undefined)
    return { format: 'fixed-width', ...found, notes: [], lines, ruler, ...cutByRuler(lines, ruler) };
  return { ...found, ...(await previewDelimited(bytes)), lines };
}

async function readStart(
  object: OpenedObject,
): Promise<{ bytes: Uint8Array; compression: string | undefined }> {
  let offset = 0;
  const source = inflate(
    {
      async read(into) {
        const read = await object.read(offset, into);
        offset += read;
        return read;
      },
    },
    inputOptions.parse({}),
  );
  const bytes = new Uint8Array(SAMPLE_BYTES);
  let filled = 0;
  try {
    while (filled < bytes.length) {
      const read = await source.read(bytes.subarray(filled));
      if (read === 0) break;
      filled += read;
    }
  } finally {
    source.close();
  }
  return { bytes: bytes.subarray(0, filled), compression: source.compression };
}

async function previewDelimited(bytes: Uint8Array): Promise<Preview> {
  let offset = 0;
  try {
    const {
      dialect,
      columns: names,
      rows,
      notes,
    } = await inferTable(
      {
        async read(into) {
          const part = bytes.subarray(offset, offset + into.length);
          into.set(part);
          offset += part.length;
          return part.length;
        },
      },
      ROWS,
    );
    if (names.length < 2) return { format: 'text', notes: [] };
    const profile = sketchColumns(names, rows);
    const columns = profile.map(({ name, type }) => ({ name, type }));
    const delimiter = dialect.delimiter === '\t' ? 'tabs' : `"${dialect.delimiter}"`;
    return { format: 'delimited', notes: [`separated by ${delimiter}`, ...notes], columns, rows, profile };
  } catch (error) {
    return { format: 'text', notes: [`No table: ${error instanceof Error ? error.message : String(error)}`] };
  }
}

function cutByRuler(
  lines: readonly string[],
  ruler: readonly RulerField[],
): Pick<Preview, 'columns' | 'rows' | 'profile'> {
  const rows = lines.map((line) => ruler.map(({ start, end }) => line.slice(start, end).trim()));
  const names = ruler.map(({ name }) => name);
  const profile = sketchColumns(names, rows);
  return { rows, profile, columns: profile.map(({ name, type }) => ({ name, type })) };
}

function linesOf(bytes: Uint8Array): string[] {
  const encoding = startsAsUtf16(bytes) ? (bytes[0] === 0xff ? 'utf-16le' : 'utf-16be') : 'utf-8';
  const lines = new TextDecoder(encoding).decode(bytes).split(/\r\n|\n|\r/);
  // The last one is cut off somewhere, or empty.
  if (bytes.length >= SAMPLE_BYTES || lines.at(-1) === '') lines.pop();
  return lines.slice(0, ROWS).map((line) => line.slice(0, LONGEST_LINE));
}

function startsAsUtf16([first, second]: Uint8Array): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}
