/** Longer names are compared by their first characters. */
const LONGEST = 100;

/** A name without what people change first: case, spaces, signs, accents. `Unit-Price` and `unit_price` are one. */
export function foldName(name: string): string {
  return name
    .slice(0, LONGEST)
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/**
 * How alike two names are, 0 to 1: 1 less the share of characters of the longer that have to be changed, put in or taken out
 * (Levenshtein) to make it the other.
 * @example `likeness('customer', 'customers')` is 8/9
 */
export function likeness(a: string, b: string): number {
  const [x, y] = [foldName(a), foldName(b)];
  const longer = Math.max(x.length, y.length);
  if (longer === 0) return 0;
  let row = Array.from({ length: y.length + 1 }, (_, i) => i);
  for (let i = 1; i <= x.length; i++) {
    const next = [i];
    for (let j = 1; j <= y.length; j++) {
      const change = row[j - 1]! + (x[i - 1] === y[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return 1 - row[y.length]! / longer;
}
