import { BadInput } from '../errors.ts';

const SHOWN = 8;

/** `"a", "b" and 12 more` */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN).map((name) => JSON.stringify(name.slice(0, 100)));
  const rest = names.length - shown.length;
  return `${shown.join(', ') || 'none'}${rest > 0 ? ` and ${rest} more` : ''}`;
}

export function headerMismatch(what: string, expected: string, got: string): BadInput {
  return new BadInput({ code: 'header-mismatch', what, expected, got, where: { line: 1 } });
}

/** No schema could name such a column; most likely the delimiter is another. */
export function nameTooLong(column: number, name: string, limit: number): BadInput {
  return new BadInput({
    code: 'name-too-long',
    what: 'Name of a column is too long; the file may have another delimiter (dialect.delimiter) or no header (dialect.header)',
    expected: `at most ${limit} characters`,
    got: `${name.length}: ${JSON.stringify(name.slice(0, 100))}…`,
    where: { line: 1, column },
  });
}

/** A column that the options name is not in the file. */
export function noSuchColumn(option: string, name: string, columns: readonly string[]): BadInput {
  return new BadInput({
    code: 'no-such-column',
    what: `The file has no column for ${option}`,
    expected: JSON.stringify(name),
    got: listNames(columns),
  });
}

export function noColumnsLeft(): BadInput {
  return new BadInput({
    code: 'no-columns-left',
    what: 'Every column is in output.partitionBy: none is left for the files',
  });
}

export function reservedValue(column: string, value: string): BadInput {
  return new BadInput({
    code: 'reserved-value',
    what: `A cell of the column ${JSON.stringify(column)}, by which the output is partitioned, is what Hive writes for no value`,
    expected: 'another text, or an entry for it in missingValues',
    got: JSON.stringify(value),
  });
}

export function tooManyFiles(limit: number, partitions: number): BadInput {
  return new BadInput({
    code: 'too-many-files',
    what: 'Rows are so mixed that they take too many files; sort the input by output.partitionBy, partition by less, or raise output.maxOpenPartitions',
    expected: `at most ${limit} (output.maxFiles)`,
    got: `${limit + 1}, of ${partitions} partitions`,
  });
}

export function tooManyPartitions(limit: number, partitions: number, rows: number): BadInput {
  return new BadInput({
    code: 'too-many-files',
    what: 'Each partition takes a file, and there are too many of them for the rows; partition by a column with fewer values (a day, not a time or an id), or raise output.maxFiles',
    expected: `at most ${limit} (output.maxFiles), with several rows each`,
    got: `${partitions} partitions in the first ${rows} rows`,
  });
}

export function tooMuchMemory(): BadInput {
  return new BadInput({
    code: 'out-of-memory',
    what: 'The table takes more memory than there is: it has too many columns for output.maxOpenPartitions, or too long values',
  });
}
