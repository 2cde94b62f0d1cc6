import type { ByteSource } from '../ports.ts';

const PARQUET = Buffer.from('PAR1');
const LONGEST = 64 * 1024;
const DELIMITERS = [',', ';', '\t', '|'];

/** The start of an input, and the input with it in front again. */
export interface InputStart {
  isParquet: boolean;
  /** The first line as UTF-8, without a byte order mark; undefined if it is too long, or no text. */
  line: string | undefined;
  source: ByteSource;
}

export async function readStart(source: ByteSource): Promise<InputStart> {
  const start = Buffer.alloc(LONGEST);
  let held = 0;
  const lineEnd = () => start.subarray(0, held).findIndex((byte) => byte === 10 || byte === 13);
  while (held < start.length && (held < PARQUET.length || lineEnd() < 0)) {
    const count = await source.read(start.subarray(held));
    if (count === 0) break;
    held += count;
  }
  const end = lineEnd();
  const isWhole = end >= 0 || held < start.length;
  const line = start.subarray(0, end < 0 ? held : end).toString();
  let rest = start.subarray(0, held);
  return {
    isParquet: rest.subarray(0, PARQUET.length).equals(PARQUET),
    line: isWhole && !/[\0\ufffd]/.test(line) ? line.replace(/^\ufeff/, '') : undefined,
    source: {
      async read(into) {
        if (rest.length === 0) return await source.read(into);
        const count = Math.min(rest.length, into.length);
        into.set(rest.subarray(0, count));
        rest = rest.subarray(count);
        return count;
      },
    },
  };
}

/**
 * The delimiter by which a first line holds most names of the schema; undefined if it holds none of them, so that it may be no header.
 * A look at the rows alone may be wrong in a table of few of them.
 * @example `delimiterOf('id;name', ['id', 'name'])` is `;`
 */
export function delimiterOf(line: string, names: readonly string[]): string | undefined {
  const known = new Set(names.map((name) => name.trim()));
  let best: string | undefined;
  let most = 0;
  for (const delimiter of DELIMITERS) {
    const found = splitLabels(line, delimiter).filter((label) => known.has(label)).length;
    if (found > most) [best, most] = [delimiter, found];
  }
  return best;
}

function splitLabels(line: string, delimiter: string): string[] {
  return line.split(delimiter).map((label) =>
    label
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .trim(),
  );
}
