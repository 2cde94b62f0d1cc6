import * as fc from 'fast-check';

/** How an input is cut: small reads, blocks and batches. */
export const splits = fc.record({
  chunk: fc.integer({ min: 1, max: 200 }),
  block: fc.integer({ min: 64, max: 300 }),
  cells: fc.integer({ min: 1, max: 40 }),
});
