import { DAY, isoDate } from '../calendar.ts';
import type { CellValue } from '../cell-value.ts';
import type { Field } from '../schema/field.ts';
import { addDecimals, compareDecimals, type Decimal, printDecimal, readDecimal } from '../value/decimal.ts';
import { readDuration } from '../value/duration.ts';
import { compilePrint } from '../value/print-value.ts';
import type { ControlTotal, Expectations } from './expectations.ts';

/** What was gathered from the whole file. */
export interface TableFacts {
  rows: number;
  /** By the name of the field; a field that is not here has no column. */
  columns: ReadonlyMap<string, ColumnFacts>;
  /** Microseconds since 1970-01-01T00:00 UTC. */
  now: bigint;
  arrival: bigint;
  /** Cells of the trailer row, if the file has one. */
  trailer?: readonly string[] | undefined;
}

export interface ColumnFacts {
  /** Values, neither missing nor bad. */
  values: number;
  nulls: number;
  /** How many values are among those listed. */
  allowed?: number | undefined;
  /** Greatest value. */
  greatest?: CellValue | undefined;
  /** Exact sum of the values, as a decimal number. */
  sum?: string | undefined;
}

/** An expectation that does not hold, by the code of its error. */
export interface ExpectationFailure {
  type: 'row-count' | 'freshness' | 'null-ratio' | 'allowed-values' | 'control-total' | 'label-rule';
  note: string;
  fieldName?: string;
  fieldNumber?: number;
  label?: string;
}

type Fields = ReadonlyMap<string, Field>;

export function judgeExpectations(
  expectations: Expectations,
  fields: Fields,
  facts: TableFacts,
): ExpectationFailure[] {
  return [
    ...judgeRowCount(expectations, facts),
    ...judgeFreshness(expectations, fields, facts),
    ...judgeRatios(expectations, facts),
    ...(expectations.controlTotals ?? []).flatMap((total) => judgeTotal(total, facts)),
  ];
}

function judgeRowCount({ rowCount }: Expectations, { rows }: TableFacts): ExpectationFailure[] {
  const { minimum = 0, maximum = Number.POSITIVE_INFINITY } = rowCount ?? {};
  if (rows >= minimum && rows <= maximum) return [];
  const expected = rows < minimum ? `at least ${minimum}` : `at most ${maximum}`;
  return [{ type: 'row-count', note: `expected ${expected} rows; got ${rows}` }];
}

function judgeFreshness(
  { freshness }: Expectations,
  fields: Fields,
  facts: TableFacts,
): ExpectationFailure[] {
  if (!freshness) return [];
  const { seconds } = readDuration(freshness.maxAge);
  const oldest = facts.now - (seconds.unscaled * 1_000_000n) / 10n ** BigInt(seconds.scale);
  if (freshness.of === 'arrival') {
    if (facts.arrival >= oldest) return [];
    return [
      {
        type: 'freshness',
        note: `expected an arrival at most ${freshness.maxAge} ago; got ${instant(facts.arrival)}`,
      },
    ];
  }
  const name = freshness.of.maximumOf;
  const field = fields.get(name)!;
  const greatest = facts.columns.get(name)?.greatest;
  const expected = `expected a value at most ${freshness.maxAge} old`;
  if (typeof greatest !== 'bigint')
    return [{ type: 'freshness', fieldName: name, note: `${expected}; got none` }];
  // A day is as fresh as its end.
  const latest = field.type === 'date' ? (greatest + 1n) * DAY : greatest;
  if (latest >= oldest) return [];
  return [{ type: 'freshness', fieldName: name, note: `${expected}; got ${compilePrint(field)(greatest)}` }];
}

function instant(micros: bigint): string {
  return `${isoDate(Number(micros / DAY))} UTC`;
}

function judgeRatios(
  { nullRatio = {}, allowedValues = {} }: Expectations,
  facts: TableFacts,
): ExpectationFailure[] {
  const failures: ExpectationFailure[] = [];
  for (const [fieldName, { maximum }] of Object.entries(nullRatio)) {
    // Without a column, all of it is missing.
    const nulls = facts.columns.get(fieldName)?.nulls ?? facts.rows;
    if (nulls <= maximum * facts.rows) continue;
    const note = `expected at most ${percent(maximum)} missing; got ${nulls} of ${facts.rows} (${percent(nulls / facts.rows)})`;
    failures.push({ type: 'null-ratio', fieldName, note });
  }
  for (const [fieldName, { minimumRatio }] of Object.entries(allowedValues)) {
    const { values = 0, allowed = 0 } = facts.columns.get(fieldName) ?? {};
    if (allowed >= minimumRatio * values) continue;
    const note = `expected at least ${percent(minimumRatio)} among the values listed; got ${allowed} of ${values} (${percent(allowed / values)})`;
    failures.push({ type: 'allowed-values', fieldName, note });
  }
  return failures;
}

/** Rounded so far that a ratio beside the one expected does not look like it. */
function percent(ratio: number): string {
  return `${Number((ratio * 100).toPrecision(6))} %`;
}

function judgeTotal({ of, equals, tolerance }: ControlTotal, facts: TableFacts): ExpectationFailure[] {
  const where = of === 'rows' ? {} : { fieldName: of.sum };
  const what = of === 'rows' ? 'rows' : `as the sum of ${of.sum}`;
  const fail = (note: string): ExpectationFailure[] => [{ type: 'control-total', ...where, note }];
  const text = typeof equals === 'object' ? facts.trailer?.[equals.trailer - 1] : String(equals);
  if (text === undefined) return fail('expected a trailer row that states the total; got none');
  const stated = readDecimal(text);
  if (!stated) return fail(`expected a number in the trailer row; got ${JSON.stringify(text.slice(0, 80))}`);
  const total: Decimal =
    of === 'rows'
      ? { unscaled: BigInt(facts.rows), scale: 0 }
      : (readDecimal(facts.columns.get(of.sum)?.sum ?? '0') ?? { unscaled: 0n, scale: 0 });
  const difference = addDecimals(total, { unscaled: -stated.unscaled, scale: stated.scale });
  const size = {
    unscaled: difference.unscaled < 0n ? -difference.unscaled : difference.unscaled,
    scale: difference.scale,
  };
  if (compareDecimals(size, readDecimal(String(tolerance))!) <= 0) return [];
  return fail(`expected ${printDecimal(stated)} ${what}; got ${printDecimal(total)}`);
}
