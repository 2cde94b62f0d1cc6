import { InvalidEvent } from '../errors.ts';
import { NumberText, Repeated } from './event-text.ts';
import type { Leaf } from './field-test.ts';
import { MAX_DEPTH } from './json-reader.ts';

/** The array elements a value lies within, innermost first. Arrays are told apart by identity. */
export interface Membership {
  array: readonly unknown[];
  index: number;
  outer: Membership | undefined;
}

/** Takes a leaf found at a path; returns true to end the walk. */
export type Visit = (leaf: Leaf, membership: Membership | undefined) => boolean;

/** Walks all leaves of an event at one dotted path; true if a visit ended it. */
export type Walk = (event: object, visit: Visit) => boolean;

/**
 * Prepares the walk along a dotted path. Dots in patterns and in events are one: `a.b` is reached through
 * `{"a":{"b":1}}`, `{"a.b":1}`, and, as arrays are crushed out, through `{"a":[{"b":1}]}`. An empty name is passed over
 * in events if the path has none but at its end: event-ruler notes the names to look into by Java's `split`, which drops
 * those.
 */
export function compileWalk(path: string): Walk {
  const steps = path.split('.');
  const emptyIsSeen = path === '' || /(^|\.)\..*[^.]/s.test(path);
  // For each step, the names under which an event can go on from there, and the step each leads to.
  const ways = steps.map((_, from) =>
    steps
      .slice(from)
      .map((_, count) => ({
        name: steps.slice(from, from + count + 1).join('.'),
        to: from + count + 1,
      }))
      .filter(({ name }) => name !== '' || emptyIsSeen),
  );
  const inherited = ways.flat().some(({ name }) => name in Object.prototype);

  function go(
    value: unknown,
    step: number,
    membership: Membership | undefined,
    visit: Visit,
    depth: number,
  ): boolean {
    if (typeof value !== 'object' || value === null) {
      return step === steps.length && visit(value as Leaf, membership);
    }
    if (depth > MAX_DEPTH) {
      throw new InvalidEvent({
        code: 'invalid-event',
        what: `Event is nested deeper than ${MAX_DEPTH} levels`,
      });
    }
    if (Array.isArray(value)) return goArray(value, step, membership, visit, depth);
    if (value instanceof NumberText) return step === steps.length && visit(value, membership);
    if (value instanceof Repeated) {
      return value.values.some((one) => go(one, step, membership, visit, depth));
    }
    return step < steps.length && goObject(value as Record<string, unknown>, step, membership, visit, depth);
  }

  function goObject(
    object: Record<string, unknown>,
    step: number,
    membership: Membership | undefined,
    visit: Visit,
    depth: number,
  ): boolean {
    const here = ways[step]!;
    for (let index = 0; index < here.length; index++) {
      const { name, to } = here[index]!;
      const value = object[name];
      if (value === undefined || (inherited && !Object.hasOwn(object, name))) continue;
      if (go(value, to, membership, visit, depth + 1)) return true;
    }
    return false;
  }

  function goArray(
    array: readonly unknown[],
    step: number,
    membership: Membership | undefined,
    visit: Visit,
    depth: number,
  ): boolean {
    for (let index = 0; index < array.length; index++) {
      const element = array[index];
      // A scalar belongs to the array's field, not to an element: only objects and arrays hold fields together.
      const isScalar = typeof element !== 'object' || element === null || element instanceof NumberText;
      const inside = isScalar ? membership : { array, index, outer: membership };
      if (go(element, step, inside, visit, depth + 1)) return true;
    }
    return false;
  }

  return (event, visit) => go(event, 0, undefined, visit, 0);
}
