import type { Field } from '../schema/field.ts';
import { type ColumnEvidence, mark } from './evidence.ts';

const INTEGER = mark.int32 | mark.int64;
const NUMBER = INTEGER | mark.wide | mark.decimal | mark.double | mark.inexact;
/** Digits of the widest decimal that Parquet's readers share. */
const MAX_PRECISION = 38;

/**
 * The field that reads every cell of the evidence without loss; a string where no other type does.
 * @example `fieldOf('price', evidence)` might be `{ name: 'price', type: 'number', precision: 7, scale: 2 }`
 */
export function fieldOf(name: string, evidence: ColumnEvidence): Field {
  const { marks } = evidence;
  const isOnly = (kinds: number) => marks !== 0 && (marks & ~kinds) === 0;
  if (isOnly(NUMBER)) return numberField(name, evidence);
  if (isOnly(mark.boolean)) return { name, type: 'boolean' };
  if (isOnly(mark.date)) return { name, type: 'date' };
  if (isOnly(mark.time)) return { name, type: 'time', timezone: 'local' };
  if (isOnly(mark.uuid)) return { name, type: 'string', format: 'uuid' };
  const format = marks & mark.loose ? ({ format: 'any' } as const) : {};
  if (isOnly(mark.local | mark.loose)) return { name, type: 'datetime', ...format, timezone: 'local' };
  if (isOnly(mark.zoned | mark.loose)) return { name, type: 'datetime', ...format, timezone: 'utc' };
  return { name, type: 'string' };
}

function numberField(name: string, { marks, integerDigits, scale }: ColumnEvidence): Field {
  if (marks & mark.double) return marks & mark.inexact ? { name, type: 'string' } : { name, type: 'number' };
  if ((marks & ~(INTEGER | mark.inexact)) === 0) {
    return marks & mark.int64 ? { name, type: 'integer' } : { name, type: 'integer', bits: 32 };
  }
  const precision = Math.max(integerDigits + scale, 1);
  return precision > MAX_PRECISION ? { name, type: 'string' } : { name, type: 'number', precision, scale };
}
