import * as map from '../../kernel/delimited/memory-map.ts';
import type { Place } from '../errors.ts';
import type { KernelHeap } from '../kernel/heap.ts';
import type { OddityPolicies, ReadDialect, ReadingOptions } from './dialect.ts';
import { badHeader, duplicateName, emptyInput, emptyName, headerMissing, tooManyColumns } from './faults.ts';
import { CELL_SIZE, readCell } from './record-batch.ts';
import type { RecordReader } from './record-reader.ts';
import { nameRejection } from './rejection.ts';

/**
 * Gives every column a name of its own: those without one become `column_3`, those with the name of another `name_2`.
 * @throws {BadInput} `empty-name`, `duplicate-name`, if names are not to be mended
 * @example `nameColumns(['a', 'a', ''], 4, 'mend', place, count) // ['a', 'a_2', 'column_3', 'column_4']`
 */
export function nameColumns(
  given: readonly string[],
  columns: number,
  policy: OddityPolicies['headerNames'],
  place: Place,
  count: (notice: string) => void,
): string[] {
  const taken = new Set(given);
  const used = new Set<string>();
  const next = new Map<string, number>();
  const free = (name: string) => {
    let number = next.get(name) ?? 2;
    while (taken.has(`${name}_${number}`)) number++;
    next.set(name, number + 1);
    return `${name}_${number}`;
  };
  return Array.from({ length: columns }, (_, index) => {
    const beyond = index >= given.length;
    let name = given[index] ?? '';
    if (name === '') {
      if (!beyond && policy === 'reject') throw emptyName(index + 1, place);
      count(beyond ? 'unnamed-columns' : 'empty-names');
      name = `column_${index + 1}`;
      if (taken.has(name)) name = free(name);
    } else if (used.has(name)) {
      if (policy === 'reject') throw duplicateName(name, index + 1, place);
      count('duplicate-names');
      name = free(name);
    }
    taken.add(name);
    used.add(name);
    return name;
  });
}

/** The names that several header rows make together: the filled cells of each column, joined. */
function joinHeaderRows(rows: readonly (readonly string[])[], join: string): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  return Array.from({ length: columns }, (_, i) =>
    rows
      .map((row) => row[i] ?? '')
      .filter((part) => part !== '')
      .join(join),
  );
}

/** The names that stand in the file, and where. */
export interface Header {
  names: string[];
  place: { line: number; byte: number };
}

/**
 * Reads the header rows, and passes over the rows before and between them.
 * @throws {BadInput} `empty-input`, `header-missing`, `bad-header`, `too-many-columns`
 */
export async function readHeader(
  records: RecordReader,
  dialect: ReadDialect,
  limits: ReadingOptions,
  heap: KernelHeap,
): Promise<Header> {
  const wanted = new Set(dialect.headerRows);
  const last = dialect.headerRows.at(-1)!;
  const rows: string[][] = [];
  let place: Header['place'] | undefined;
  for (let row = 1; row <= last; row++) {
    records.startBatch();
    const read = await records.read(1);
    if (read === 0) throw row === 1 ? emptyInput('Input holds no rows') : headerMissing(last, row - 1);
    if (!wanted.has(row)) continue;
    if (typeof read === 'object') {
      const { code, message } = nameRejection(read, 0, limits);
      throw badHeader(`${code}: ${message}`, { line: read.line, byte: read.byte });
    }
    const here = records.place(records.extent(0)[0]);
    place ??= here;
    const cells = records.state.get(map.CELLS);
    if (cells > limits.maxColumns) throw tooManyColumns(limits.maxColumns, `${cells}`, here);
    rows.push(Array.from({ length: cells }, (_, i) => readCell(heap, records.cells + i * CELL_SIZE) ?? ''));
  }
  records.startBatch();
  return { names: joinHeaderRows(rows, dialect.headerJoin), place: place! };
}

/**
 * How many columns there are: as many as names, or more if most of the rows have more cells than that, some of them filled, and
 * `extend` is given; without names as many as most rows have cells.
 */
export function countColumns(
  rows: readonly { cells: number; filled: number }[],
  names: number | undefined,
  extend: boolean,
): number | undefined {
  if (names === undefined) return mostCommon(rows.map(({ cells }) => cells));
  const longer = rows.filter(({ cells }) => cells > names);
  if (!extend || longer.length * 2 <= rows.length) return names;
  // Where no row fills them they are delimiters at the end, no columns.
  const filled = Math.max(...longer.map((row) => row.filled));
  return Math.max(names, Math.min(filled, mostCommon(longer.map(({ cells }) => cells))!));
}

/** The most common number; of those equally common the greatest. */
function mostCommon(numbers: readonly number[]): number | undefined {
  const counts = new Map<number, number>();
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1);
  return [...counts].sort(([a, times], [b, others]) => others - times || b - a)[0]?.[0];
}
