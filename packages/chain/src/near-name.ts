/**
 * What somebody may have meant: the names that are few letters away, the nearest first; all of them if none is near.
 * @example expectedName('csv-to-parket', ['csv-to-parquet', 'fixed-width-to-tsv']) // 'csv-to-parquet'
 */
export function expectedName(given: string, names: readonly string[]): string {
  const near = names
    .map((name) => ({ name, distance: distanceOf(given.toLowerCase(), name.toLowerCase()) }))
    .filter(({ distance, name }) => distance <= Math.max(2, Math.floor(name.length / 3)))
    .sort((a, b) => a.distance - b.distance);
  const [first] = near;
  if (first)
    return near
      .filter(({ distance }) => distance === first.distance)
      .map(({ name }) => name)
      .join(' or ');
  return names.length === 0 ? 'none' : `one of ${names.join(', ')}`;
}

/** Letters to put in, take out, change, or swap with a neighbour. */
function distanceOf(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, rows[i - 2]![j - 2]! + 1);
      row.push(least);
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}
