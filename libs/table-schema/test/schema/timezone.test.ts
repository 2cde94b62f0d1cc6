import { describe, expect, test } from 'vitest';
import { type FieldOf, isUtc, settleTimezone } from '../../src/index.ts';

const datetime = (more: Partial<FieldOf<'datetime'>> = {}): FieldOf<'datetime'> => ({
  name: 'at',
  type: 'datetime',
  ...more,
});

describe('UTC or local time', () => {
  test.each([
    [datetime({ timezone: 'utc' }), true],
    [datetime({ timezone: 'local' }), false],
    [datetime({ format: '%FT%T%z' }), true],
    [datetime({ format: '%F %T' }), false],
    [datetime({ format: '%F %T', timezone: 'utc' }), true],
    [datetime(), true],
    [datetime({ format: 'any' }), true],
    [{ name: 'at', type: 'time' } as const, false],
    [{ name: 'at', type: 'time', timezone: 'utc' } as const, true],
    [{ name: 'at', type: 'time', format: '%H:%M%z' } as const, true],
  ])('%j: %j', (field, utc) => expect(isUtc(field)).toBe(utc));

  test.each([
    [datetime(), '2024-01-26T15:00:00', 'local'],
    [datetime(), '2024-01-26T15:00:00Z', 'utc'],
    [datetime(), '2024-01-26T15:00:00-05:00', 'utc'],
    [datetime({ format: 'any' }), '2024-01-26 15:00', 'local'],
    [datetime({ format: 'any' }), '2024-01-26 15:00:00+02', 'utc'],
    [datetime({ format: '%F %T' }), '2024-01-26 15:00:00', 'local'],
    [datetime({ timezone: 'utc' }), '2024-01-26T15:00:00', 'utc'],
    [{ name: 'at', type: 'time' } as const, '15:00:00', 'local'],
    [{ name: 'at', type: 'time' } as const, '15:00:00Z', 'utc'],
    [{ name: 'at', type: 'time', format: 'any' } as const, '3:00 pm', 'local'],
    [{ name: 'at', type: 'time' } as const, '15:00', undefined],
    [datetime(), '2024-01-26', undefined],
    [datetime(), '2024-01-26 15:00:00+02', undefined],
  ])('%j and %j: %j', (field, text, timezone) => {
    expect(settleTimezone(field, text)).toEqual(timezone === undefined ? field : { ...field, timezone });
  });
});
