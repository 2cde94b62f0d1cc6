import { expect, test } from 'vitest';
import { ActivityFeed } from '../../src/activity.ts';
import { Injection } from '../../src/faults/injection.ts';
import { faultPlanSchema } from '../../src/faults/plan.ts';

const withSeed = (seed: number) => new Injection(faultPlanSchema.parse({ seed }), new ActivityFeed());
const subjects = Array.from({ length: 400 }, (_, index) => `GET /lake/key-${index}`);

test('a seed strikes the same requests, in whatever order they come', () => {
  const struckIn = (seed: number, order: readonly string[]) => {
    const injection = withSeed(seed);
    return order.filter((subject) => injection.strikes('slowDown', 0.2, subject)).sort();
  };
  const struck = struckIn(7, subjects);
  expect(struckIn(7, subjects.toReversed())).toEqual(struck);
  expect(struckIn(8, subjects)).not.toEqual(struck);
  expect(struck.length).toBeGreaterThan(40);
  expect(struck.length).toBeLessThan(120);
});

test('a request that comes again may pass', () => {
  const injection = withSeed(1);
  const times = Array.from({ length: 50 }, () => injection.strikes('kill', 0.5, 'PUT /lake/a'));
  expect(new Set(times)).toEqual(new Set([true, false]));
});

test('a rate of one always strikes, of zero never, and nothing does after the end', () => {
  const injection = withSeed(1);
  expect(injection.strikes('a', 1, 'x')).toBe(true);
  expect(injection.strikes('b', 0, 'x')).toBe(false);
  injection.cease();
  expect(injection.strikes('a', 1, 'x')).toBe(false);
  expect(Object.fromEntries(injection.struck)).toEqual({ a: 1 });
});

test('a plan with a fault that is not there is refused', () => {
  expect(() => faultPlanSchema.parse({ s3: { earthquake: 1 } })).toThrow('earthquake');
  expect(() => faultPlanSchema.parse({ s3: { slowDown: 2 } })).toThrow('slowDown');
});
