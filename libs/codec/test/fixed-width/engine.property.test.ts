import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RejectedRow } from '../../src/converter.ts';
import { BadInput } from '../../src/errors.ts';
import { convertFixedWidth } from '../../src/fixed-width/convert.ts';
import type { SlotSizes } from '../../src/fixed-width/kernel-memory.ts';
import type { Layout } from '../../src/fixed-width/layout.ts';
import { type FixedWidthToTsvOptions, fixedWidthToTsvOptions } from '../../src/fixed-width/options.ts';
import { FixedWidthPush } from '../../src/fixed-width/push.ts';
import type { EscapeStyle } from '../../src/fixed-width/tsv.ts';
import { cuts, inputs, layouts, outputs, sizes } from './arbitraries.ts';
import { memoryIo } from './memory-io.ts';
import { convertNaively, type Outcome } from './records.twin.ts';

const completed = (
  layout: Layout,
  output: { header: boolean; escape: EscapeStyle },
): FixedWidthToTsvOptions => ({
  ...fixedWidthToTsvOptions.parse({ layout: { fields: [{ name: 'x', width: 1 }] } }),
  layout,
  output: { compression: 'none', ...output },
});

function convertByPush(
  input: Uint8Array,
  options: FixedWidthToTsvOptions,
  pieces: number[],
  size: SlotSizes,
): Outcome {
  const written: Uint8Array[] = [];
  const rejects: RejectedRow[] = [];
  const push = new FixedWidthPush(
    options,
    {
      write: (bytes) => void written.push(bytes.slice()),
      reject: (row) => void rejects.push({ ...row, record: row.record.slice() }),
    },
    size,
  );
  const error = codeOf(() => {
    for (let at = 0, i = 0; at < input.length; i++) {
      const length = pieces[Math.min(i, pieces.length - 1)]!;
      push.push(input.subarray(at, at + length));
      at += length;
    }
    push.end();
  });
  return outcome(Buffer.concat(written), push.report, rejects, error);
}

function codeOf(work: () => void): string | undefined {
  try {
    work();
  } catch (error) {
    if (error instanceof BadInput) return error.code;
    throw error;
  }
  return undefined;
}

function outcome(
  bytes: Buffer,
  report: { rows: number; notices: Record<string, number> },
  rejects: RejectedRow[],
  error: string | undefined,
): Outcome {
  return {
    text: bytes.toString(),
    rows: report.rows,
    notices: report.notices,
    rejects: rejects.map(({ message: _, ...row }) => row),
    ...(error === undefined ? {} : { error }),
  };
}

/** Once a file is refused only the refusal and its place count. */
function comparable(result: Outcome): unknown {
  return result.error === undefined ? result : { error: result.error };
}

/** A long run takes its time. */
const timeout = 60_000 + 10 * Number(process.env.PROPERTY_RUNS ?? 0);
const runs = { numRuns: Number(process.env.PROPERTY_RUNS ?? 1500) };

test(
  'the engine equals its naive twin, however the input is cut',
  () => {
    fc.assert(
      fc.property(layouts, inputs, outputs, cuts, sizes, (layout, input, output, pieces, size) => {
        const expected = convertNaively(input, layout, output);
        const actual = convertByPush(input, completed(layout, output), pieces, size);
        expect(comparable(actual)).toEqual(comparable(expected));
      }),
      runs,
    );
  },
  timeout,
);

test(
  'the async face equals the twin, with any number and size of slots',
  async () => {
    await fc.assert(
      fc.asyncProperty(layouts, inputs, outputs, cuts, sizes, async (layout, input, output, pieces, size) => {
        const expected = convertNaively(input, layout, output);
        const { io, rejects, bytes } = memoryIo(input, pieces[0]);
        let error: string | undefined;
        let report: { rows: number; notices: Record<string, number> } = { rows: 0, notices: {} };
        try {
          report = await convertFixedWidth(io, completed(layout, output), size);
        } catch (thrown) {
          if (!(thrown instanceof BadInput)) throw thrown;
          error = thrown.code;
        }
        expect(comparable(outcome(bytes(), report, rejects, error))).toEqual(comparable(expected));
      }),
      { numRuns: runs.numRuns / 5 },
    );
  },
  timeout,
);
