import { BadInput, type ConversionProgress } from '@tributary/codec';
import { expect, test } from 'vitest';
import { TimeBudget } from '../src/time-budget.ts';

const progress = (bytesIn: number, pass = 1): ConversionProgress => ({
  pass,
  bytesIn,
  splitAt: 0,
  bytesInflated: bytesIn,
  bytesConverted: 0,
  bytesOut: 0,
});

/** Of an invocation of 100 s, which ends its work after 95, and an input of 1,000 bytes. */
function budget(memory = 1024) {
  const clock = { seconds: 0 };
  const context = { getRemainingTimeInMillis: () => (100 - clock.seconds) * 1_000 };
  return { clock, budget: new TimeBudget(context, { bytes: 1_000, memory }) };
}

function refusal(run: () => void): BadInput['fault'] | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof BadInput) return error.fault;
    throw error;
  }
}

test.each([
  ['a tenth of the time says nothing yet', 9, 1, 'never', undefined],
  ['what nobody can go on with is refused as soon as it is plain', 10, 10, 'never', 'timeout-too-short'],
  ['a pace that would take a little too long may yet grow', 20, 150, 'never', undefined],
  ['less so the later it is', 60, 450, 'never', 'timeout-too-short'],
  ['where a place to go on from may yet come, later', 20, 10, 'perhaps', undefined],
  ['but not for ever', 25, 10, 'perhaps', 'timeout-too-short'],
  ['what can be handed over is never refused', 90, 10, 'now', undefined],
] as const)('%s', (_, seconds, bytes, movable, code) => {
  const { clock, budget: time } = budget();
  clock.seconds = seconds;
  expect(refusal(() => time.watch(progress(bytes), movable))?.code).toBe(code);
});

test('a second pass counts as the second half', () => {
  const { clock, budget: time } = budget();
  clock.seconds = 80;
  time.watch(progress(600, 2), 'never'); // 0.8 of all
  expect(refusal(() => time.watch(progress(1, 2), 'never'))?.code).toBe('timeout-too-short');
});

test.each([
  ['a longer timeout', 1024, 30, 60, 'a timeout of 600 s would do'],
  ['more memory beside the longest timeout', 1024, 30, 20, '2048 MB and a timeout of 900 s would do'],
  ['smaller files where neither would do', 8192, 30, 20, 'in smaller files'],
] as const)('a refusal advises %s', (_, memory, seconds, bytes, advice) => {
  const { clock, budget: time } = budget(memory);
  clock.seconds = seconds;
  const fault = refusal(() => time.watch(progress(bytes), 'never'));
  expect(fault).toMatchObject({ expected: 'done in 95 s', got: expect.stringContaining(`${memory} MB`) });
  expect(fault?.what).toContain(advice);
});

test('work is handed over near the end, if the rest would not fit', () => {
  const { clock, budget: time } = budget();
  clock.seconds = 60;
  time.watch(progress(300), 'now');
  expect(time.isDue()).toBe(false);
  clock.seconds = 75; // 20 s are left, and a quarter of the time is 24
  time.watch(progress(700), 'now');
  expect(time.isDue()).toBe(true);
  time.watch(progress(950), 'now');
  expect(time.isDue()).toBe(false);
});

test('a later invocation goes by its own pace', () => {
  const { clock, budget: time } = budget();
  time.goOnFrom(900);
  clock.seconds = 75;
  time.watch(progress(910), 'now');
  expect(time.isDue()).toBe(true);
  expect(refusal(() => time.watch(progress(910), 'never'))?.code).toBe('timeout-too-short');
});
