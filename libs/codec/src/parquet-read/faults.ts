import { BadInput } from '../errors.ts';

/** The bytes contradict the format. `byte` is a place in the file. */
export function corruptParquet(what: string, byte?: number): BadInput {
  return new BadInput({
    code: 'parquet-corrupt',
    what: `The Parquet file is corrupt: ${what}`,
    ...(byte === undefined ? {} : { where: { byte } }),
  });
}

export function notParquet(got: string): BadInput {
  return new BadInput({
    code: 'not-parquet',
    what: 'The input is not a Parquet file, or not all of one',
    expected: 'PAR1 as its first and its last four bytes',
    got,
  });
}

/** Part of the format, and not read here. */
export function unsupportedParquet(what: string, column?: string): BadInput {
  return new BadInput({
    code: 'parquet-not-supported',
    what: column === undefined ? what : `Column ${column}: ${what}`,
  });
}

export function beyondLimit(what: string, expected: string, got: string): BadInput {
  return new BadInput({ code: 'parquet-limit', what, expected, got });
}

/** A list or map has several values in a row, for which a table has no place. */
export function repeatedColumn(column: string): BadInput {
  return new BadInput({
    code: 'repeated-column',
    what: `Column ${column} holds lists or maps`,
    expected: 'columns with one value a row; name those to read, and leave this one out',
  });
}

export function noSuchParquetColumn(name: string, columns: readonly string[]): BadInput {
  return new BadInput({
    code: 'no-such-column',
    what: `The Parquet file has no column ${name}`,
    expected:
      columns.length > 20
        ? `${columns.slice(0, 20).join(', ')} and ${columns.length - 20} more`
        : columns.join(', '),
  });
}
