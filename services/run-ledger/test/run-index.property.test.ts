import {
  type LedgerEvent,
  matchesQuery,
  readLedgerEvent,
  runOf,
  runQuery,
  runStates,
  summarizeRun,
} from '@tributary/events/ledger';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RunIndex } from '../src/index/run-index.ts';
import { eventsOfStep } from './step-events.ts';

const start = Date.parse('2026-11-20T00:00:00Z');

/** Events of some runs, their steps and their moments. */
const history = fc
  .uniqueArray(
    fc.record({ run: fc.nat(8), step: fc.constantFrom('a', 'b'), minute: fc.nat(5000), rejected: fc.nat(1) }),
    { minLength: 1, maxLength: 16, selector: ({ run, step }) => `${run} ${step}` },
  )
  .map((steps) =>
    steps.flatMap(({ run, step, minute, rejected }) =>
      eventsOfStep({ run, step, at: start + minute * 60_000 }, rejected),
    ),
  );

const batches = history.chain((events) =>
  fc.record({
    events: fc.constant(events),
    shuffled: fc.shuffledSubarray([...events, ...events], {
      minLength: events.length * 2,
      maxLength: events.length * 2,
    }),
    size: fc.integer({ min: 1, max: 7 }),
    maxOpen: fc.constantFrom(1, 3, 5000),
  }),
);

const read = (events: readonly object[]) => events.map((event) => readLedgerEvent(event)!);

test('an index fed in any order, in any batches, with repetitions, lists what the events amount to', async () => {
  await fc.assert(
    fc.asyncProperty(batches, async ({ events, shuffled, size, maxOpen }) => {
      const recorded: LedgerEvent[] = [];
      const index = new RunIndex({
        load: async ({ id }) => recorded.filter(({ runId }) => runId === id),
        find: async () => [],
        maxOpen,
      });
      for (let at = 0; at < shuffled.length; at += size) {
        const batch = read(shuffled.slice(at, at + size));
        recorded.push(...batch);
        await index.add(batch, start + at);
      }
      const ids = [...new Set(read(events).map(({ runId }) => runId))];
      const expected = ids.map((id) =>
        summarizeRun(runOf(events.filter((event) => readLedgerEvent(event)!.runId === id))!),
      );
      const { runs, total } = index.query(runQuery.parse({ limit: 1000 }), start);
      expect(total).toBe(ids.length);
      const times = runs.map(({ startedAt }) => startedAt);
      expect(times).toEqual([...times].sort().reverse());
      const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
      expect([...runs].sort(byId)).toEqual(expected.sort(byId));
    }),
    { numRuns: 60 },
  );
});

test('pages together are the whole list, and filters take what they say', async () => {
  await fc.assert(
    fc.asyncProperty(
      history,
      fc.integer({ min: 1, max: 4 }),
      fc.subarray([...runStates], { minLength: 1 }),
      async (events, limit, state) => {
        const index = new RunIndex({ load: async () => [], find: async () => [] });
        await index.add(read(events), start);
        const all = index.query(runQuery.parse({ limit: 1000 }), start).runs;
        const paged = [];
        let cursor: string | undefined;
        do {
          const page = index.query(runQuery.parse({ limit, ...(cursor !== undefined && { cursor }) }), start);
          expect(page.total).toBe(all.length);
          paged.push(...page.runs);
          cursor = page.next;
        } while (cursor !== undefined);
        expect(paged).toEqual(all);
        const query = { state, key: 'in/1' };
        expect(index.query(runQuery.parse({ ...query, limit: 1000 }), start).runs).toEqual(
          all.filter((run) => matchesQuery(run, query)),
        );
      },
    ),
    { numRuns: 40 },
  );
});

test('the oldest runs are forgotten first, and what is open and silent is stuck', async () => {
  const index = new RunIndex({ load: async () => [], find: async () => [], maxRuns: 3 });
  for (let run = 0; run < 5; run++) {
    const [started] = eventsOfStep({ run, at: start + run * 60_000 });
    await index.add(read([started]), start);
  }
  const page = (now: number) => index.query(runQuery.parse({}), now);
  expect(page(start + 300_000).runs.map(({ id, state }) => `${id} ${state}`)).toEqual([
    'run-4 running',
    'run-3 running',
    'run-2 running',
  ]);
  expect(page(start + 86_400_000).states).toEqual({ stuck: 3 });
});

test('what comes late of a forgotten run does not make half a run of it', async () => {
  const steps = Array.from({ length: 4 }, (_, run) => eventsOfStep({ run, at: start + run * 3_600_000 }));
  const index = new RunIndex({ load: async () => [], find: async () => read(steps[0]!), maxRuns: 3 });
  for (const events of steps) await index.add(read(events), start);
  const ids = () => index.query(runQuery.parse({}), start).runs.map(({ id }) => id);
  expect(ids()).toEqual(['run-3', 'run-2', 'run-1']);
  // Done again much later: its events tell of the old file.
  const again = eventsOfStep({ run: 0, at: start + 86_400_000, arrivedAt: start });
  await index.add(read(again), start);
  expect(ids()).toEqual(['run-3', 'run-2', 'run-1']);
});
