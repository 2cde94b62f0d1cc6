import { pick, type Random } from '../sample/random.ts';

const odd: unknown[] = [
  null,
  true,
  '',
  '__proto__',
  '../x',
  '%2e',
  '\u0000',
  '𝒳'.repeat(256),
  0,
  -1,
  1.5,
  2 ** 31,
  2 ** 53,
  -1e308,
  [],
  {},
  [[[]]],
];
const names = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '',
  'x',
  '\u0000',
  '../x',
];

/** A value with a few of its parts changed, left out, moved or added: the same for the same numbers. */
export function twist(random: Random, value: unknown): unknown {
  let now = value;
  for (let left = Math.floor(random() ** 2 * 4); left > 0; left--) now = change(random, now);
  return now;
}

function change(random: Random, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || random() < 0.05) return leaf(random, value);
  if (Array.isArray(value)) {
    const at = Math.floor(random() * (value.length + 1));
    const copy = [...value];
    const kind = random();
    if (kind < 0.6 && at < copy.length) copy[at] = change(random, copy[at]);
    else if (kind < 0.8) copy.splice(at, 0, kind < 0.7 ? copy[at] : pick(random, odd));
    else copy.splice(at, 1);
    return copy;
  }
  const entries = Object.entries(value);
  const at = Math.floor(random() * entries.length);
  const kind = random();
  if (kind < 0.75 && entries[at]) entries[at] = [entries[at][0], change(random, entries[at][1])];
  else if (kind < 0.85) entries.splice(at, 1);
  else entries.push([pick(random, names), random() < 0.5 ? { polluted: true } : pick(random, odd)]);
  // By way of text, in which `__proto__` is a name like any other.
  return JSON.parse(
    `{${entries.map(([name, inner]) => `${JSON.stringify(name)}:${JSON.stringify(inner) ?? 'null'}`).join()}}`,
  );
}

function leaf(random: Random, value: unknown): unknown {
  if (typeof value === 'number' && random() < 0.6) return value + pick(random, [-1, 1, 0.5, 1000, -value]);
  if (typeof value === 'string' && random() < 0.6) {
    const at = Math.floor(random() * (value.length + 1));
    return (
      value.slice(0, at) +
      pick(random, ['', '"', '\\', '\n', '*', '{', '}', '$', 'é', '__proto__']) +
      value.slice(at + 1)
    );
  }
  return pick(random, odd);
}
