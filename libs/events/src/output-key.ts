import { BadEnvelope } from './errors.ts';

/** S3's limit on a key, in UTF-8 bytes. */
export const MAX_KEY_BYTES = 1024;

const compressionExtension = /\.(?:gz|gzip|zst|zstd|bz2|xz|z)$/i;
/**
 * Endings that say how a file is written, and nothing else. Any other is part of the name: the mainframe feeds
 * `PROD.CUST.D20261123` and `.D20261124` are two files, and so are `drives.jan` and `drives.feb`.
 */
const formatExtension =
  /\.(?:txt|text|dat|data|csv|tsv|tab|psv|prn|asc|ascii|fwf|fix|log|json|jsonl|ndjson|parquet)$/i;

/** Where an input lies, and under which prefix something made of it goes. */
interface KeyParts {
  key: string;
  sourcePrefix: string;
  prefix: string;
}

/**
 * The stable key of an output: output prefix + input key relative to the source prefix + new extension. The old
 * extension, if it is one that is known, and that of its compression, give way to the new one.
 * Throws `BadEnvelope` `output-key-too-long`.
 * @example outputKey({ key: 'in/2023/a.txt.gz', sourcePrefix: 'in/', prefix: 'tsv/', extension: '.tsv.gz' }) // 'tsv/2023/a.tsv.gz'
 */
export function outputKey({ prefix, extension, ...from }: KeyParts & { extension: string }): string {
  return boundedKey(prefix + outputStem(from) + extension);
}

/**
 * What lies between the prefix and the extension of an output's key.
 * @example outputStem({ key: 'in/2023/a.txt.gz', sourcePrefix: 'in/' }) // '2023/a'
 */
export function outputStem(from: Pick<KeyParts, 'key' | 'sourcePrefix'>): string {
  const relative = relativeKey(from);
  const folder = relative.lastIndexOf('/') + 1;
  const name = relative.slice(folder);
  const stem = name.replace(compressionExtension, '').replace(formatExtension, '');
  // A name that is all extension (".txt") keeps it: an empty stem would make different files one.
  return relative.slice(0, folder) + (stem === '' ? name : stem);
}

/**
 * The key of something that belongs to one input alone: its whole relative key stays, so that `a.txt` and `a.csv` never
 * share one, though their outputs would.
 * Throws `BadEnvelope` `output-key-too-long`.
 * @example companionKey({ key: 'in/2023/a.txt', sourcePrefix: 'in/', prefix: 'tsv/_rejects/', suffix: '.jsonl' }) // 'tsv/_rejects/2023/a.txt.jsonl'
 */
export function companionKey({ suffix, ...parts }: KeyParts & { suffix: string }): string {
  return boundedKey(parts.prefix + relativeKey(parts) + suffix);
}

function relativeKey({ key, sourcePrefix }: Pick<KeyParts, 'key' | 'sourcePrefix'>): string {
  return key.startsWith(sourcePrefix) ? key.slice(sourcePrefix.length) : key;
}

/** The key as it is. Throws `BadEnvelope` `output-key-too-long`. */
export function boundedKey(key: string): string {
  const bytes = new TextEncoder().encode(key).length;
  if (bytes <= MAX_KEY_BYTES) return key;
  throw new BadEnvelope({
    code: 'output-key-too-long',
    what: 'The key of the output would be longer than S3 allows',
    expected: `<= ${MAX_KEY_BYTES} bytes`,
    got: `${bytes} bytes`,
    where: { pointer: '/output/prefix' },
  });
}
