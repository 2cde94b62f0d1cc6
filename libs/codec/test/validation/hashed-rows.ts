import * as fc from 'fast-check';
import * as map from '../../kernel/validation/memory-map.ts';
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
