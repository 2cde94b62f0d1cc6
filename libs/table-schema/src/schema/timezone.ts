import { hasOffset } from '../cast/datetime.ts';
import { patternHasOffset } from '../cast/pattern.ts';
import type { FieldOf } from './field.ts';

/**
 * Whether a field's values are UTC: by its `timezone`, else by `%z` in its pattern. A field of date and time that says
 * nothing of either counts as UTC, which is what v1 makes of its default format.
 */
export function isUtc({ type, format = 'default', timezone }: FieldOf<'datetime' | 'time'>): boolean {
  if (timezone) return timezone === 'utc';
  if (format === 'default' || format === 'any') return type === 'datetime';
  return patternHasOffset(format);
}

/**
 * The field with its `timezone` said. Where the schema leaves it open, the first value of the column tells, and from then
 * on the cast refuses an offset in a column of local times. A text that is no value leaves the field as it is.
 * @example `settleTimezone({ name: 'at', type: 'datetime' }, '2024-01-26T15:00:00').timezone` is `local`
 */
export function settleTimezone<F extends FieldOf<'datetime' | 'time'>>(field: F, text: string): F {
  if (field.timezone) return field;
  const zoned = hasOffset(field.type, field.format ?? 'default', text);
  return zoned === undefined ? field : { ...field, timezone: zoned ? 'utc' : 'local' };
}
