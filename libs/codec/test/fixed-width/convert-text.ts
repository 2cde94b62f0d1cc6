import type { ConvertReport, RejectedRow } from '../../src/converter.ts';
import { fixedWidthToTsvOptions } from '../../src/fixed-width/options.ts';
import { FixedWidthPush } from '../../src/fixed-width/push.ts';

export interface Converted {
  text: string;
  report: ConvertReport;
  rejects: RejectedRow[];
}

/** Converts in one go, without a header unless asked for. `input`: text as UTF-8, or bytes. */
export function convertText(
  input: string | Uint8Array | number[],
  layout: object,
  output: { header?: boolean; escape?: string } = {},
): Converted {
  const bytes = typeof input === 'string' ? new TextEncoder().encode(input) : Uint8Array.from(input);
  const written: Uint8Array[] = [];
  const rejects: RejectedRow[] = [];
  const options = fixedWidthToTsvOptions.parse({ layout, output: { header: false, ...output } });
  const push = new FixedWidthPush(options, {
    write: (lent) => void written.push(lent.slice()),
    reject: (row) => void rejects.push({ ...row, record: row.record.slice() }),
  });
  push.push(bytes);
  push.end();
  return { text: Buffer.concat(written).toString(), report: push.report, rejects };
}
