import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { run, runOf } from '../../src/ledger/index.ts';
import { sha1 } from '../../src/ledger/sha1.ts';
import { History } from './history.ts';

const action = fc.record({
  /** Which of the outputs so far the step reads; the source object itself if there is none so far. */
  reads: fc.nat(5),
  chain: fc.constantFrom('drives', 'audit'),
  step: fc.constantFrom('a', 'b', 'c'),
  ends: fc.constantFrom(
    'completed',
    'repeated',
    'superseded',
    'skipped',
    'rejected',
    'failed',
    'open',
    'retried',
  ),
  wait: fc.nat(2000),
  rejectedRows: fc.nat(2),
});

/** What may happen in a run, some of it wild. */
const histories = fc.array(action, { minLength: 1, maxLength: 8 }).map((actions) => {
  const history = new History();
  const done: ReturnType<History['complete']>[] = [];
  for (const { reads, chain, step, ends, wait, rejectedRows } of actions) {
    const parent = reads < done.length ? done[reads] : undefined;
    const begun = history.begin({ chain, step, ...(parent && { parent }) });
    history.wait(wait);
    if (ends === 'rejected') history.reject(begun);
    else if (ends === 'failed') history.fail(begun, parent ?? history.arrival());
    else if (ends === 'retried')
      history.begin({ chain, step, invocation: begun.invocation.id, ...(parent && { parent }) });
    else if (ends !== 'open') {
      const without = ends === 'superseded' || ends === 'skipped' ? { outputs: [] } : {};
      const event = history.complete(begun, { outcome: ends, rejectedRows, ...without });
      if (event.detail.outputs.length > 0) done.push(event);
    }
  }
  return history.events;
});

test('the same events in any order, some of them several times, are the same run', () => {
  fc.assert(
    fc.property(
      histories.chain((events) =>
        fc.record({
          events: fc.constant(events),
          shuffled: fc.shuffledSubarray([...events, ...events], {
            minLength: events.length * 2,
            maxLength: events.length * 2,
          }),
        }),
      ),
      ({ events, shuffled }) => {
        const expected = runOf(events)!;
        expect(runOf(shuffled)).toEqual(expected);
        expect(run.parse(expected)).toEqual(expected);
      },
    ),
  );
});

test('a run that has lost events to delay is a run, and no worse than ids and rows allow', () => {
  fc.assert(
    fc.property(
      histories.chain((events) => fc.subarray(events, { minLength: 1 })),
      (some) => {
        const found = runOf(some)!;
        expect(run.parse(found)).toEqual(found);
        const ids = new Set(found.steps.map(({ id }) => id));
        expect(ids.size).toBe(found.steps.length);
        for (const { parent, rows } of found.steps) {
          if (parent !== undefined) expect(ids).toContain(parent);
          if (rows.in !== undefined) expect(rows.in).toBe(rows.out! + (rows.rejected ?? 0));
        }
      },
    ),
  );
});

test('SHA-1 is that of Node, whatever the length', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(sha1(bytes)).toBe(createHash('sha1').update(bytes).digest('hex'));
    }),
  );
});
