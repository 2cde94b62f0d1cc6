import type { RowFault } from '../delimited/text-rows.ts';

const messages = {
  'bad-json': 'Line is not JSON',
  'not-an-object': 'Line holds JSON, but not an object',
  'duplicate-column': 'Two keys of the line make one column',
  'duplicate-key': 'A key of the line comes again, and leads to an object',
  'too-many-columns': 'Line has more keys than there may be columns',
  'too-deep': 'Line holds values too deep in each other',
};

/** Why a line is no flat row. */
export type ScanFault = keyof typeof messages;

export function describeScanFault(code: ScanFault): RowFault {
  return { code, message: messages[code] };
}
