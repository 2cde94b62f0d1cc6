import type { Branch } from './branches.ts';
import type { Alternative, StringTest } from './field-test.ts';
import { placesOf } from './readings.ts';
import { refuseWithoutPlace } from './refusal.ts';
import type { Wildcard } from './wildcard.ts';

/** EventBridge refuses rules whose wildcards can be in more positions than this at once. */
const MAX_POSITIONS = 10;
/** States explored before a pattern is taken for too complex. */
const MAX_STATES = 20_000;

const STAR = -1;
const encoder = new TextEncoder();

/**
 * Refuses patterns whose wildcards are too complex (EventBridge User Guide, "Wildcard matching": "Rule is too
 * complex"). AWS does not publish the measure; this one counts, for the worst value there can be, in how many
 * positions of the wildcards of one field a reader of that value could stand at the same time, as event-ruler's
 * complexity evaluator does.
 */
export function checkComplexity(branches: readonly Branch[]): void {
  const checked = new Set<readonly Alternative[]>();
  for (const places of placesOf(branches)) {
    for (const lists of places.values()) {
      for (const alternatives of lists) {
        if (checked.has(alternatives)) continue;
        checked.add(alternatives);
        if (isTooComplex(wildcardsOf(alternatives))) {
          refuseWithoutPlace(
            'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character',
          );
        }
      }
    }
  }
}

function wildcardsOf(alternatives: readonly Alternative[]): Wildcard[] {
  const tests = alternatives.flatMap((one): readonly StringTest[] =>
    one.kind === 'string' ? [one.test] : one.kind === 'none-of-strings' ? one.tests : [],
  );
  const distinct = new Map<string, Wildcard>();
  for (const test of tests) {
    if (test.kind === 'wildcard') distinct.set(JSON.stringify(test.pieces), test.pieces);
  }
  return [...distinct.values()];
}

/** A wildcard as the bytes of its quoted form, with `STAR` between its pieces. */
function tokensOf(pieces: Wildcard): number[] {
  const tokens: number[] = [0x22];
  for (const [index, piece] of pieces.entries()) {
    if (index > 0) tokens.push(STAR);
    tokens.push(...encoder.encode(piece));
  }
  tokens.push(0x22);
  return tokens;
}

function isTooComplex(wildcards: readonly Wildcard[]): boolean {
  const patterns = wildcards.map(tokensOf);
  // A wildcard takes at most two positions for each asterisk and one besides: few asterisks need no search.
  const most = patterns.reduce(
    (sum, tokens) => sum + tokens.filter((token) => token === STAR).length * 2 + 1,
    0,
  );
  if (most <= MAX_POSITIONS) return false;

  // Positions of all patterns in one number space.
  const tokens = patterns.flat();
  const starts = patterns.map((_, index) =>
    patterns.slice(0, index).reduce((sum, { length }) => sum + length, 0),
  );
  const ends = new Set(starts.map((start, index) => start + patterns[index]!.length - 1));
  const alphabet = [...new Set(tokens)];

  const seen = new Set<string>();
  const pending: number[][] = [starts];
  while (pending.length > 0) {
    const active = pending.pop()!;
    for (const byte of alphabet) {
      // STAR stands for any byte that no pattern names.
      const { positions, count } = step(active, byte, tokens, ends);
      if (count > MAX_POSITIONS) return true;
      if (positions.length === 0) continue;
      const key = positions.join();
      if (seen.has(key)) continue;
      seen.add(key);
      if (seen.size > MAX_STATES) return true;
      pending.push(positions);
    }
  }
  return false;
}

/** Where readers at `active` (about to take the token there) can stand after one byte. */
function step(active: readonly number[], byte: number, tokens: readonly number[], ends: ReadonlySet<number>) {
  const next = new Set<number>();
  let finished = 0;
  const take = (position: number) => {
    if (ends.has(position)) finished++;
    else next.add(position + 1);
  };
  for (const position of active) {
    if (tokens[position] === STAR) {
      // Stays within the asterisk, or leaves it by the byte after.
      next.add(position);
      if (byte !== STAR && tokens[position + 1] === byte) take(position + 1);
    } else if (byte !== STAR && tokens[position] === byte) {
      take(position);
    }
  }
  const positions = [...next].sort((a, b) => a - b);
  return { positions, count: positions.length + finished };
}
