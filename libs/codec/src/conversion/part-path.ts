import type { OutputPart } from '../converter.ts';

/** Most files that one conversion may write: each is an upload, and an entry of a list. */
export const MAX_PARTS = 10_000;

/** What Hive calls a partition whose column has no value, or an empty one. */
const noValue = '__HIVE_DEFAULT_PARTITION__';

/**
 * Names the parts of one output, Hive-style: `col=value/…/<stem>.parquet`, from the second of a partition on
 * `<stem>.00002.parquet`. The stem may hold folders; they come after the partition's. A label comes after the stem.
 * @example
 * ```ts
 * const name = partNamer('2026/lineitem', '.parquet');
 * name({ partition: [['shipmode', 'REG AIR']], number: 2 });  // shipmode=REG AIR/2026/lineitem.00002.parquet
 * ```
 */
export function partNamer(stem: string, extension: string): (part: OutputPart) => string {
  const taken = new Set<string>();
  return ({ partition, label, number }) => {
    const folders = partition.map(([column, value]) => `${escapeName(column)}=${escapeName(value ?? '')}/`);
    const labelled = label === undefined ? stem : `${stem}.${escapeName(label)}`;
    // No value and an empty one share a folder, so their files share one count.
    for (let at = number; ; at++) {
      const suffix = at === 1 ? '' : `.${String(at).padStart(5, '0')}`;
      const path = `${folders.join('')}${labelled}${suffix}${extension}`;
      if (taken.has(path)) continue;
      taken.add(path);
      return path;
    }
  };
}

/** As `FileUtils.escapePathName` of Hive does, which Spark, Athena and DuckDB read back; NUL besides. */
function escapeName(text: string): string {
  if (text === '') return noValue;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is to be escaped
  return text.replaceAll(/[\u0000-\u001f"#%'*/:=?\\\u007f{[\]^]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  });
}
