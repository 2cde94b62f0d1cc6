/** Where a page is looked at: so many stretches of so many bytes, spread over it. */
const stretches = 16;
const stretchBytes = 512;
/** Bits of a byte's eight from which on a compressor's codes gain nothing. Random bytes are seen as 0.994 of eight by the sample. */
const dense = 0.97 * 8;

/**
 * Whether bytes are so evenly distributed that a code for each would save next to nothing: bits packed to what they need
 * mostly are. Whether there are repeats is another matter. By a sample: a matter of 10 microseconds.
 */
export function isDense(page: Uint8Array): boolean {
  const counts = new Uint32Array(256);
  const step = Math.max(stretchBytes, (page.length - stretchBytes) / (stretches - 1));
  let total = 0;
  for (let from = 0; from < page.length && total < stretches * stretchBytes; from += step) {
    const start = Math.floor(from);
    const end = Math.min(page.length, start + stretchBytes);
    for (let i = start; i < end; i++) counts[page[i]!]!++;
    total += end - start;
  }
  let bits = 0;
  for (const count of counts) if (count > 0) bits -= count * Math.log2(count / total);
  return bits >= dense * total;
}
