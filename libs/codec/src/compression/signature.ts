import type { InputOptions } from '../options.ts';

/** How bytes are compressed: what `inflate` found, or what `deflate` is to write. */
export type Compression = Exclude<InputOptions['compression'], 'auto'>;

/** Enough of a file's first bytes to tell its compression. */
export const signatureBytes = 4;

/**
 * Tells the compression by magic bytes: gzip (RFC 1952, section 2.3.1), zstd frame or skippable frame (RFC 8878,
 * sections 3.1.1 and 3.1.2). A head shorter than its signature counts as not compressed.
 * @example `recogniseCompression(Uint8Array.of(0x1f, 0x8b, 8)) // 'gzip'`
 */
export function recogniseCompression(head: Uint8Array): Compression {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (head.length >= 4 && startsZstdFrame(head)) return 'zstd';
  return 'none';
}

/** Whether `head`, as far as it goes, can be the start of a zstd frame. */
export function startsZstdFrame(head: Uint8Array): boolean {
  const frame = [0x28, 0xb5, 0x2f, 0xfd];
  const skippable = [undefined, 0x2a, 0x4d, 0x18];
  const agrees = (magic: (number | undefined)[]) =>
    magic.every((byte, at) => at >= head.length || byte === undefined || head[at] === byte);
  return agrees(frame) || ((head[0] ?? 0x50) >> 4 === 5 && agrees(skippable));
}
