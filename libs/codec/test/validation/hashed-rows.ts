import * as fc from 'fast-check';
import * as map from '../../kernel/validation/memory-map.ts';
import { bytes, putWords, take } from './batch-memory.ts';
import { unfinish } from './hash.twin.ts';

/** A row's key. */
export interface Row {
  state: number;
  hash: bigint;
}

/** Hashes of few parts that meet in few places, some of which a table cannot tell apart; the first and the last slot too. */
const hash = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.bigInt({ min: 0n, max: 30n }),
  fc
    .tuple(
      fc.constantFrom(0n, 0n, 1n, 255n),
      fc.bigInt({ min: 0n, max: 3n }),
      fc.constantFrom(0n, 1n, 254n, 255n),
      fc.bigInt({ min: 0n, max: 9n }),
    )
    .map(([part, high, place, low]) => unfinish((part << 56n) | (high << 40n) | (place << 8n) | low)),
);
export const hashedRows = fc.array(
  fc.record({
    state: fc.oneof(
      { weight: 8, arbitrary: fc.constant(map.STATE_KEY) },
      fc.constantFrom(map.STATE_MISSING, map.STATE_BAD),
    ),
    hash,
  }),
  { maxLength: 200, size: 'max' },
);

/** Puts rows to the memory of a batch, as the kernel takes them. */
export function putRows(rows: readonly Row[]): { rows: number; hashes: number; states: number } {
  const hashes = putWords(rows.map(({ hash }) => hash));
  const states = take(rows.length);
  bytes.set(
    rows.map(({ state }) => state),
    states,
  );
  return { rows: rows.length, hashes, states };
}
