import { patternTooLarge } from './faults.ts';
import { regexLimit } from './limits.ts';
import type { RegexNode } from './syntax-tree.ts';

/** What a state does: reads a character of a set, goes two ways, passes at the start or end of the text, or is the last. */
export const step = { set: 0, split: 1, begin: 2, end: 3, match: 4 } as const;

/** A nondeterministic automaton (Thompson's): for each state its kind, its set, and where it goes. */
export interface Automaton {
  kinds: number[];
  sets: number[];
  next: number[];
  /** Where a split goes besides. */
  other: number[];
  start: number;
}

/**
 * Writes repeats out and gives the automaton.
 * @throws {BadSchema} `pattern-too-large`
 */
export function buildAutomaton(root: RegexNode): Automaton {
  const size = sizeOf(root);
  if (size > regexLimit.states) {
    throw patternTooLarge(
      'Pattern takes too many states: repeats within repeats, or large counts (minLength and maxLength count without any)',
      `at most ${regexLimit.states}`,
      size > 1e9 ? 'more than a billion' : `${size}`,
    );
  }
  const automaton: Automaton = { kinds: [], sets: [], next: [], other: [], start: 0 };
  const add = (kind: number, next: number, set = -1, other = -1) => {
    automaton.sets.push(set);
    automaton.next.push(next);
    automaton.other.push(other);
    return automaton.kinds.push(kind) - 1;
  };
  automaton.start = build(root, add(step.match, -1));
  return automaton;

  /** Adds the states of a node that goes on to `next`; gives its first. */
  function build(node: RegexNode, next: number): number {
    switch (node.kind) {
      case 'empty':
        return next;
      case 'set':
        return add(step.set, next, node.set);
      case 'begin':
      case 'end':
        return add(step[node.kind], next);
      case 'sequence':
        return node.items.reduceRight((after, item) => build(item, after), next);
      case 'choice':
        return node.items
          .map((item) => build(item, next))
          .reduceRight((others, first) => add(step.split, first, -1, others));
      case 'repeat':
        return buildRepeat(node.item, node.least, node.most, next);
    }
  }

  function buildRepeat(item: RegexNode, least: number, most: number, next: number): number {
    let start = next;
    let copies = least;
    if (most === Number.POSITIVE_INFINITY) {
      const loop = add(step.split, -1, -1, next);
      const body = build(item, loop);
      automaton.next[loop] = body;
      // The loop's own body is the last of those that must be.
      start = least === 0 ? loop : body;
      copies = Math.max(0, least - 1);
    } else {
      for (let i = least; i < most; i++) start = add(step.split, build(item, start), -1, next);
    }
    for (let i = 0; i < copies; i++) start = build(item, start);
    return start;
  }
}

/** States of a node, anchors and empty branches counted as such and splits not. */
function sizeOf(node: RegexNode): number {
  if (node.kind === 'sequence' || node.kind === 'choice') {
    return node.items.reduce((sum, item) => sum + sizeOf(item), 0);
  }
  if (node.kind !== 'repeat') return 1;
  const size = sizeOf(node.item);
  return Math.max(1, node.most === Number.POSITIVE_INFINITY ? node.least : node.most) * size;
}
