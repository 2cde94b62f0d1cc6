/** Bytes of a start that `looksLikeUtf16` wants to see, if the input has as many. */
export const UTF_16_SAMPLE = 32;

/**
 * Whether text starts as UTF-16: with its byte order mark, or with ASCII that has a NUL at every other place. Text of
 * another encoding has no such start, packed decimals and the like included.
 * @example `looksLikeUtf16(Buffer.from('2026-11-23 A1', 'utf16le')) // true`
 */
export function looksLikeUtf16(start: Uint8Array): boolean {
  if ((start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff)) return true;
  if (start.length < UTF_16_SAMPLE) return false;
  const sample = start.subarray(0, UTF_16_SAMPLE);
  const halves = [0, 1].map((parity) => sample.filter((_, at) => at % 2 === parity));
  const isNul = (half: Uint8Array) => half.every((byte) => byte === 0);
  const isText = (half: Uint8Array) => half.every((byte) => byte >= 9 && byte < 0x7f);
  const [even, odd] = halves as [Uint8Array, Uint8Array];
  return (isNul(even) && isText(odd)) || (isNul(odd) && isText(even));
}
