import type { CellValue } from '@tributary/table-schema';
import {
  compileCast,
  compileConstraints,
  compilePrint,
  type Field,
  missingTexts,
  rangeOf,
  readBounds,
  readLengths,
  readListedValues,
  type TableSchema,
} from '@tributary/table-schema';
import { columnTypeOf } from '../columns/column-type.ts';
import { type SlotKind, slotKindOf } from '../parquet/column.ts';

/** What a text is to a field: a value that holds the constraints or not, or no value. */
export interface JudgedCell {
  /** Undefined: the text is no value of the field. */
  value: CellValue | undefined;
  good: boolean;
}

/** How it is proved without a look at the text itself that a value which the kernel has read holds its constraints. */
export type Proof =
  /** Nothing to prove. */
  | { by: 'type' }
  | { by: 'range'; least: bigint; greatest: bigint }
  /** Strictly between. */
  | { by: 'doubles'; least: number; greatest: number }
  | { by: 'length'; least: number; greatest: number }
  /** The text is among some that are known to be good, at first those listed. */
  | { by: 'text'; texts: readonly string[] };

/** The rule of one field, as a plan for the kernel beside the exact one. */
export interface CellRule {
  field: Field;
  missing: readonly string[];
  required: boolean;
  kind: SlotKind;
  /** The slot of a value is the text itself: nothing is read, and only known texts are good. */
  isClosed: boolean;
  proof: Proof;
  /** The whole truth about a text that is not missing. */
  judge: (text: string) => JudgedCell;
}

const JUDGED = 4096;
const LONGEST = 64;
const BAD: JudgedCell = { value: undefined, good: false };

/** Field types whose value is the text itself or made from it, which the kernel does not read. */
const CLOSED: readonly Field['type'][] = [
  'object',
  'array',
  'list',
  'geopoint',
  'geojson',
  'duration',
  'yearmonth',
];

export function compileCellRule(schema: TableSchema, field: Field): CellRule {
  const kind = slotKindOf(columnTypeOf(field));
  const isClosed =
    CLOSED.includes(field.type) ||
    (field.type === 'string' && !['default', 'uuid'].includes(field.format ?? 'default'));
  return {
    field,
    missing: missingTexts(schema, field),
    required: field.constraints?.required === true,
    kind,
    isClosed,
    proof: proofOf(field, kind, isClosed),
    judge: compileJudge(field),
  };
}

/** Remembers what it found of short texts: those of a column are often the same. */
function compileJudge(field: Field): CellRule['judge'] {
  const cast = compileCast(field);
  const check = compileConstraints(field);
  const judged = new Map<string, JudgedCell>();
  return (text) => {
    const known = judged.get(text);
    if (known) return known;
    const result = cast(text);
    const found =
      'value' in result ? { value: result.value, good: check(result.value, text).length === 0 } : BAD;
    if (judged.size < JUDGED && text.length <= LONGEST) judged.set(text, found);
    return found;
  };
}

function proofOf(field: Field, kind: SlotKind, isClosed: boolean): Proof {
  const { constraints = {} } = field;
  const hasList = constraints.enum !== undefined || ('categories' in field && field.categories !== undefined);
  const hasPattern = 'pattern' in constraints && constraints.pattern !== undefined;
  if (isClosed || hasList || hasPattern) return { by: 'text', texts: listedTexts(field) };
  const bounds = readBounds(field, '');
  if (bounds.length > 0) {
    if (kind === 'i64') {
      const { least = -(2n ** 63n), greatest = 2n ** 63n - 1n } = rangeOf(bounds);
      return { by: 'range', least: clamp(least), greatest: clamp(greatest) };
    }
    if (kind === 'f64') {
      const range = { least: Number.NEGATIVE_INFINITY, greatest: Number.POSITIVE_INFINITY };
      for (const { name, edge } of bounds) {
        if (edge.kind !== 'double') continue;
        if (name.endsWith('inimum')) range.least = Math.max(range.least, Number(edge.at));
        else range.greatest = Math.min(range.greatest, Number(edge.at));
      }
      return { by: 'doubles', ...range };
    }
    return { by: 'text', texts: [] };
  }
  const lengths = readLengths(field, '');
  if (!lengths) return { by: 'type' };
  return lengths.unit === 'characters' && kind === 'bytes'
    ? { by: 'length', least: lengths.least, greatest: Math.min(lengths.greatest, 2 ** 31 - 1) }
    : { by: 'text', texts: [] };
}

function clamp(value: bigint): bigint {
  const limit = 2n ** 63n;
  return value < -limit ? -limit : value >= limit ? limit - 1n : value;
}

/** Texts of the values listed that hold all constraints: as the list has them, and as values are mostly written. */
function listedTexts(field: Field): string[] {
  const judge = compileJudge(field);
  const categories = field.type === 'string' || field.type === 'integer' ? field.categories : undefined;
  const given: readonly unknown[] = field.constraints?.enum ?? categories ?? [];
  const values = given.map((item) =>
    typeof item === 'object' && item !== null && 'value' in item ? item.value : item,
  );
  const print = compilePrint(field);
  const texts = readListedValues(field, values, '').flatMap(({ value, text }) => [text, print(value)]);
  return [...new Set(texts)].filter((text) => judge(text).good);
}
