import { BadEnvelope } from './errors.ts';

/** S3's limit on a key, in UTF-8 bytes. */
export const MAX_KEY_BYTES = 1024;

const compressionExtension = /\.(?:gz|gzip|zst|zstd|bz2|xz|z)$/i;
/** Letters first: `.2023` and `.5` at the end of a name are part of it. */
const extension = /\.[a-z][a-z0-9]{0,9}$/i;

/**
 * The stable key of an output: output prefix + input key relative to the source prefix + new extension. The old
 * extension, and that of its compression, give way to the new one.
 * Throws `BadEnvelope` `output-key-too-long`.
 * @example outputKey({ key: 'in/2023/a.txt.gz', sourcePrefix: 'in/', prefix: 'tsv/', extension: '.tsv.gz' }) // 'tsv/2023/a.tsv.gz'
 */
export function outputKey(parts: {
  key: string;
  sourcePrefix: string;
  prefix: string;
  extension: string;
}): string {
  const relative = parts.key.startsWith(parts.sourcePrefix)
    ? parts.key.slice(parts.sourcePrefix.length)
    : parts.key;
  const folder = relative.lastIndexOf('/') + 1;
  const name = relative.slice(folder);
  const stem = name.replace(compressionExtension, '').replace(extension, '');
  // A name that is all extension (".txt") keeps it: an empty stem would make different files one.
  const key = parts.prefix + relative.slice(0, folder) + (stem === '' ? name : stem) + parts.extension;
  const bytes = new TextEncoder().encode(key).length;
  if (bytes > MAX_KEY_BYTES) {
    throw new BadEnvelope({
      code: 'output-key-too-long',
      what: 'The key of the output would be longer than S3 allows',
      expected: `<= ${MAX_KEY_BYTES} bytes`,
      got: `${bytes} bytes`,
      where: { pointer: '/output/prefix' },
    });
  }
  return key;
}
