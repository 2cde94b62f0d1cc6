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
 * The field with its `timezone` said: where the schema leaves it open, the column's first value tells. From then on the
 * cast refuses an offset in a column of local times.
 * @example `settleTimezone({ name: 'at', type: 'datetime' }, '2024-01-26T15:00:00').timezone` is `local`
 */
export function settleTimezone(field: FieldOf<'datetime'>, first: string): FieldOf<'datetime'> {
  const { format = 'default', timezone } = field;
  if (timezone) return field;
  const open = format === 'default' || format === 'any';
  return { ...field, timezone: (open ? hasOffset(first) : patternHasOffset(format)) ? 'utc' : 'local' };
}
