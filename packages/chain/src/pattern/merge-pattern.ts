import type { EventPattern, FieldMatcher } from '@tributary/events/pattern';

/** Two demands on one field that one pattern cannot hold. */
export interface PatternConflict {
  path: string[];
  /** The field can never match, rather than that it cannot be said. */
  never: boolean;
  base: readonly unknown[];
}

/**
 * The pattern of events that match both. EventBridge has no "and" for one field: lists of plain values are cut to what both
 * have, prefixes, suffixes and wildcards of one kind are put together where that can be said, and the rest is a conflict.
 */
export function mergePattern(
  base: EventPattern,
  when: Record<string, unknown>,
): { pattern: EventPattern; conflicts: PatternConflict[] } {
  const conflicts: PatternConflict[] = [];
  const merge = (under: EventPattern, over: Record<string, unknown>, path: string[]): EventPattern => {
    // No object: an event may have a field by the name of `__proto__`.
    const merged = new Map<string, unknown>(Object.entries(under));
    for (const [name, value] of Object.entries(over)) {
      const below = merged.get(name);
      const at = [...path, name];
      if (below === undefined) merged.set(name, value);
      else if (isPattern(below) && isPattern(value)) merged.set(name, merge(below, value, at));
      else if (Array.isArray(below) && Array.isArray(value)) {
        const both = intersect(below as FieldMatcher[], value as FieldMatcher[]);
        merged.set(name, both ?? below);
        if (both === undefined || both.length === 0)
          conflicts.push({ path: at, never: both !== undefined, base: below });
      } else conflicts.push({ path: at, never: false, base: [below] });
    }
    return Object.fromEntries(merged) as EventPattern;
  };
  return { pattern: merge(base, when, []), conflicts };
}

/** Matchers for what matches one of each; undefined where that cannot be said. */
function intersect(a: readonly FieldMatcher[], b: readonly FieldMatcher[]): FieldMatcher[] | undefined {
  const pairs: FieldMatcher[] = [];
  for (const one of a) {
    for (const other of b) {
      const both = meet(one, other);
      if (both === undefined) return undefined;
      if (both !== 'nothing' && !pairs.some((known) => JSON.stringify(known) === JSON.stringify(both)))
        pairs.push(both);
    }
  }
  return pairs;
}

function meet(a: FieldMatcher, b: FieldMatcher): FieldMatcher | 'nothing' | undefined {
  const [x, y] = [globOf(a), globOf(b)];
  if (isPlain(a) && isPlain(b)) return a === b ? a : 'nothing';
  if (typeof a === 'string' && y) return fits(a, y) ? a : 'nothing';
  if (typeof b === 'string' && x) return fits(b, x) ? b : 'nothing';
  if (!x || !y) return undefined;
  // A wildcard with more stars than one is only compared by its ends, where the other has no more than its ends.
  const [inner, outer] = x.simple ? [y, x] : [x, y];
  if (!outer.simple) return undefined;
  const prefix = longer(inner.prefix, outer.prefix, (long, short) => long.startsWith(short));
  const suffix = longer(inner.suffix, outer.suffix, (long, short) => long.endsWith(short));
  if (prefix === undefined || suffix === undefined) return 'nothing';
  if (!inner.simple) {
    return prefix === inner.prefix && suffix === inner.suffix ? { wildcard: inner.text } : undefined;
  }
  if (suffix === '') return { prefix };
  if (prefix === '') return { suffix };
  return { wildcard: `${escaped(prefix)}*${escaped(suffix)}` };
}

interface Glob {
  prefix: string;
  suffix: string;
  /** No more than its ends. */
  simple: boolean;
  text: string;
}

function globOf(matcher: FieldMatcher): Glob | undefined {
  if (typeof matcher !== 'object' || matcher === null) return undefined;
  const { prefix, suffix, wildcard } = matcher as Record<string, unknown>;
  if (typeof prefix === 'string') return { prefix, suffix: '', simple: true, text: `${escaped(prefix)}*` };
  if (typeof suffix === 'string') return { prefix: '', suffix, simple: true, text: `*${escaped(suffix)}` };
  if (typeof wildcard !== 'string') return undefined;
  const parts = wildcard.split(/(?<!\\)\*/);
  if (parts.length < 2) return undefined;
  return {
    prefix: unescaped(parts[0]!),
    suffix: unescaped(parts.at(-1)!),
    simple: parts.length === 2,
    text: wildcard,
  };
}

function fits(text: string, { prefix, suffix, text: wildcard, simple }: Glob): boolean {
  if (simple)
    return text.length >= prefix.length + suffix.length && text.startsWith(prefix) && text.endsWith(suffix);
  const parts = wildcard
    .split(/(?<!\\)\*/)
    .map((part) => unescaped(part).replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(text);
}

function longer(a: string, b: string, has: (long: string, short: string) => boolean): string | undefined {
  const [long, short] = a.length >= b.length ? [a, b] : [b, a];
  return has(long, short) ? long : undefined;
}

const escaped = (text: string) => text.replaceAll(/[\\*]/g, '\\$&');
const unescaped = (text: string) => text.replaceAll(/\\(.)/g, '$1');

function isPlain(matcher: FieldMatcher): boolean {
  return typeof matcher !== 'object' || matcher === null;
}

function isPattern(value: unknown): value is EventPattern {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
