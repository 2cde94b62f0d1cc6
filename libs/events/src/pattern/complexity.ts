import { automatonPlaces } from './automaton-places.ts';
import type { Branch } from './branches.ts';
import type { Alternative } from './field-test.ts';
import { refuseWithoutPlace } from './refusal.ts';
import type { Wildcard } from './wildcard.ts';

/** EventBridge refuses rules whose wildcards are more complex than this. */
const MAX_COMPLEXITY = 10;
/** Sets of positions looked at; beyond, the pattern is taken as it is: matching stays linear in any case. */
const MAX_SETS = 20_000;

const STAR = -1;
const encoder = new TextEncoder();

/**
 * Refuses patterns whose wildcards are too complex (EventBridge User Guide, "Wildcard matching": "Rule is too
 * complex"). Throws `InvalidPattern`.
 */
export function checkComplexity(branches: readonly Branch[]): void {
  if (!branches.some((branch) => [...branch.values()].some((list) => wildcardsOf(list).length > 0))) return;
  for (const alternatives of automatonPlaces(branches)) {
    if (complexityOf(wildcardsOf(alternatives), MAX_COMPLEXITY) > MAX_COMPLEXITY) {
      refuseWithoutPlace(
        'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character',
      );
    }
  }
}

function wildcardsOf(alternatives: readonly Alternative[]): Wildcard[] {
  const distinct = new Map<string, Wildcard>();
  for (const one of alternatives) {
    const tests = one.kind === 'string' ? [one.test] : one.kind === 'none-of-strings' ? one.tests : [];
    for (const test of tests) {
      if (test.kind === 'wildcard') distinct.set(JSON.stringify(test.pieces), test.pieces);
    }
  }
  return [...distinct.values()];
}

/**
 * How many beginnings of the wildcards can match one value at the same time, for the worst value there can be:
 * `*aa` has three for `aa`, namely `*`, `*a` and `*aa`. AWS publishes no measure; this is the one of event-ruler's
 * `MachineComplexityEvaluator`, which counts the quotes around a string too. Stops once `enough` is exceeded.
 */
export function complexityOf(wildcards: readonly Wildcard[], enough: number): number {
  const patterns = wildcards.map(tokensOf);
  const tokens = patterns.flat();
  if (tokens.length === 0) return 0;
  // A position is the number of tokens gone by; all patterns share one number space, one place apart.
  const starts = patterns.map((_, index) =>
    patterns.slice(0, index).reduce((sum, pattern) => sum + pattern.length + 1, 0),
  );
  const tokenAfter = new Map<number, number>();
  for (const [index, pattern] of patterns.entries()) {
    for (const [offset, token] of pattern.entries()) tokenAfter.set(starts[index]! + offset, token);
  }

  // STAR stands for any byte that no pattern names.
  const alphabet = new Set([...tokens, STAR]);
  const seen = new Set<string>();
  const pending: number[][] = [starts];
  let most = 0;
  while (pending.length > 0 && seen.size < MAX_SETS && most <= enough) {
    const active = pending.pop()!;
    for (const byte of alphabet) {
      const next = [...advance(active, byte, tokenAfter)].sort((a, b) => a - b);
      const key = next.join();
      if (next.length === 0 || seen.has(key)) continue;
      seen.add(key);
      pending.push(next);
      most = Math.max(most, countOf(next, tokenAfter));
    }
  }
  return most;
}

/** A wildcard as the bytes of its quoted form, with `STAR` between its pieces. */
function tokensOf(pieces: Wildcard): number[] {
  const inner = pieces.flatMap((piece, index) => [...(index > 0 ? [STAR] : []), ...encoder.encode(piece)]);
  return [0x22, ...inner, 0x22];
}

/** Where one more byte leads to from a set of positions. */
function advance(
  active: readonly number[],
  byte: number,
  tokenAfter: ReadonlyMap<number, number>,
): Set<number> {
  const next = new Set<number>();
  for (const position of active) {
    const inStar = tokenAfter.get(position - 1) === STAR;
    if (inStar) next.add(position);
    const token = tokenAfter.get(position);
    if (token === STAR) {
      next.add(position + 1);
      // The asterisk may also stand for nothing.
      if (byte !== STAR && tokenAfter.get(position + 1) === byte) next.add(position + 2);
    } else if (token === byte && byte !== STAR) {
      next.add(position + 1);
    }
  }
  return next;
}

/** A position before an asterisk counts twice, as the asterisk matches nothing too. */
function countOf(positions: readonly number[], tokenAfter: ReadonlyMap<number, number>): number {
  const set = new Set(positions);
  return positions.reduce(
    (sum, position) => sum + (tokenAfter.get(position) === STAR && !set.has(position + 1) ? 2 : 1),
    0,
  );
}
