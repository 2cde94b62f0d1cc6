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
  for (const alternatives of automatonPlaces(branches)) {
    if (complexityOf(wildcardsOf(alternatives), MAX_COMPLEXITY) > MAX_COMPLEXITY) {
      refuseWithoutPlace(
        'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character',
      );
    }
  }
}

/** The wildcards of each distinct alternative that has any: those in a list of `anything-but` belong together. */
function wildcardsOf(alternatives: readonly Alternative[]): Wildcard[][] {
  const distinct = new Map<string, Wildcard[]>();
  for (const one of alternatives) {
    const tests = one.kind === 'string' ? [one.test] : one.kind === 'none-of-strings' ? one.tests : [];
    const wildcards = tests.flatMap((test) => (test.kind === 'wildcard' ? [test.pieces] : []));
    if (wildcards.length === 0) continue;
    const names = wildcards.map((pieces) => JSON.stringify(pieces)).sort();
    distinct.set(`${one.kind} ${names.join()}`, wildcards);
  }
  return [...distinct.values()];
}

/** A beginning of wildcards; those of one alternative that begin alike share it. */
interface Beginning {
  id: number;
  /** Its last token is an asterisk: any further byte leaves it where it is. */
  isStar: boolean;
  next: Map<number, Beginning>;
}

/**
 * How many beginnings of the wildcards can match one value at the same time, for the worst value there can be:
 * `*aa` has three for `aa`, namely `*`, `*a` and `*aa`. AWS publishes no measure; this is the one of event-ruler's
 * `MachineComplexityEvaluator`, which counts the quotes around a string too. What wildcards of one alternative have in
 * common counts once, what those of several have in common for each. Stops once `enough` is exceeded.
 */
export function complexityOf(alternatives: readonly (readonly Wildcard[])[], enough: number): number {
  const tokens = new Set<number>();
  const starts = plantBeginnings(alternatives, tokens);
  if (starts.length === 0) return 0;

  // STAR stands for any byte that no wildcard names.
  const alphabet = new Set([...tokens, STAR]);
  const seen = new Set<string>();
  const pending: Beginning[][] = [starts];
  let most = 0;
  while (pending.length > 0 && seen.size < MAX_SETS && most <= enough) {
    const active = pending.pop()!;
    for (const byte of alphabet) {
      const next = [...advance(active, byte)].sort((a, b) => a.id - b.id);
      const key = next.map(({ id }) => id).join();
      if (next.length === 0 || seen.has(key)) continue;
      seen.add(key);
      pending.push(next);
      most = Math.max(most, countOf(next));
    }
  }
  return most;
}

/** Builds the beginnings of each alternative and gathers the tokens they are made of. */
function plantBeginnings(alternatives: readonly (readonly Wildcard[])[], tokens: Set<number>): Beginning[] {
  let count = 0;
  const plant = (isStar: boolean): Beginning => ({ id: count++, isStar, next: new Map() });
  return alternatives.map((wildcards) => {
    const start = plant(false);
    // Wildcards that have come to their end are one state, as they say the same of the value.
    const end = plant(false);
    for (const wildcard of wildcards) {
      const path = tokensOf(wildcard);
      let at = start;
      for (const [index, token] of path.entries()) {
        tokens.add(token);
        const next = at.next.get(token) ?? (index === path.length - 1 ? end : plant(token === STAR));
        at.next.set(token, next);
        at = next;
      }
    }
    return start;
  });
}

/** A wildcard as the bytes of its quoted form, with `STAR` between its pieces. */
function tokensOf(pieces: Wildcard): number[] {
  const inner = pieces.flatMap((piece, index) => [...(index > 0 ? [STAR] : []), ...encoder.encode(piece)]);
  return [0x22, ...inner, 0x22];
}

/** Where one more byte leads to from a set of beginnings. */
function advance(active: readonly Beginning[], byte: number): Set<Beginning> {
  const reached = new Set<Beginning>();
  for (const beginning of active) {
    if (beginning.isStar) reached.add(beginning);
    const star = beginning.next.get(STAR);
    // The asterisk may also stand for nothing.
    const ways = byte === STAR ? [star] : [beginning.next.get(byte), star, star?.next.get(byte)];
    for (const way of ways) if (way !== undefined) reached.add(way);
  }
  return reached;
}

/** A beginning before an asterisk counts twice, as the asterisk matches nothing too. */
function countOf(beginnings: readonly Beginning[]): number {
  const set = new Set(beginnings);
  return beginnings.reduce((sum, { next }) => {
    const star = next.get(STAR);
    return sum + (star !== undefined && !set.has(star) ? 2 : 1);
  }, 0);
}
