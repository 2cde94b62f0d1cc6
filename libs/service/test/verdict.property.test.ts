import { compareSequencers } from '@tributary/events';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Stamp } from '../src/stamp.ts';
import { decide, type Standing } from '../src/verdict.ts';

const stamp = fc.record<Stamp>({
  fingerprint: fc.constantFrom('f1', 'f2', 'f3'),
  sequencer: fc.constantFrom('0A', '0A1', '0B', '0B00', '1'),
  origin: fc.constantFrom('o1', 'o2'),
  run: fc.constantFrom('r1', 'r2'),
});

test('nothing there: write if still absent', () => {
  fc.assert(
    fc.property(stamp, (ours) => {
      expect(decide(undefined, ours)).toEqual({ act: 'write', condition: { absent: true } });
    }),
  );
});

test('what stands there is only ever replaced by its own condition, and never by something older or foreign', () => {
  fc.assert(
    fc.property(stamp, fc.option(stamp, { nil: undefined }), (ours, theirs) => {
      const verdict = decide({ etag: 'seen', stamp: theirs }, ours);
      if (verdict.act === 'write') {
        expect(verdict.condition).toEqual({ etag: 'seen' });
        if (theirs === undefined) return;
        expect(theirs.origin).toBe(ours.origin);
        const age = compareSequencers(theirs.sequencer, ours.sequencer);
        expect(age).toBeLessThanOrEqual(0);
        if (age === 0) expect(theirs.fingerprint).not.toBe(ours.fingerprint);
      } else {
        const reason = {
          refuse: () => theirs?.origin !== ours.origin,
          repeat: () =>
            theirs?.fingerprint === ours.fingerprint &&
            compareSequencers(theirs.sequencer, ours.sequencer) >= 0,
          superseded: () => compareSequencers(theirs?.sequencer ?? '', ours.sequencer) > 0,
        }[verdict.act];
        expect(reason()).toBe(true);
      }
    }),
  );
});

/** One key and writers that look, then write under a condition, in any interleaving, each event once or more. */
test('in whatever order and however often writers come, the newest input wins', () => {
  const writer = fc.record({
    sequencer: fc.integer({ min: 0, max: 5 }),
    looks: fc.integer({ min: 0, max: 20 }),
  });
  fc.assert(
    fc.property(
      fc.array(writer, { minLength: 1, maxLength: 8 }),
      fc.infiniteStream(fc.nat(7)),
      (writers, order) => {
        let there: Standing | undefined;
        let version = 0;
        const seen = writers.map(() => ({
          looked: false,
          standing: undefined as Standing | undefined,
          done: false,
        }));
        for (const pick of order) {
          if (seen.every(({ done }) => done)) break;
          const index = pick % writers.length;
          const state = seen[index]!;
          if (state.done) continue;
          const sequencer = `0${writers[index]!.sequencer}`;
          // Contents come back: an input goes from A to B and to A again.
          const fingerprint = `of ${writers[index]!.sequencer % 3}`;
          const ours = { fingerprint, sequencer, origin: 'o', run: 'r' };
          if (!state.looked) {
            state.standing = there;
            state.looked = true;
            continue;
          }
          const verdict = decide(state.standing, ours);
          if (verdict.act !== 'write') {
            state.done = true;
            continue;
          }
          const holds =
            'absent' in verdict.condition ? there === undefined : there?.etag === verdict.condition.etag;
          if (holds) {
            there = { etag: `v${++version}`, stamp: ours };
            state.done = true;
          } else state.looked = false;
        }
        const newest = Math.max(...writers.map(({ sequencer }) => sequencer));
        expect(there?.stamp?.sequencer).toBe(`0${newest}`);
      },
    ),
  );
});
