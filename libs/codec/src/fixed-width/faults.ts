import { BadInput, type Place } from '../errors.ts';

/** `layout.maxRecordBytes` is exceeded: where the record ends is unknown, so there is no going on after it. */
export function recordTooLong(limit: number, got: string, where: Place): BadInput {
  return new BadInput({
    code: 'record-too-long',
    what: 'Record exceeds the limit (layout.maxRecordBytes)',
    expected: `<= ${limit} bytes`,
    got,
    where,
  });
}

/** Overlapping fields repeat so much of a long record that its row has no room. */
export function rowTooLong(limit: number, where: Place): BadInput {
  return new BadInput({
    code: 'row-too-long',
    what: 'Output row of the record may exceed the room for it; its fields overlap too much for its length',
    expected: `<= ${limit} bytes`,
    where,
  });
}

export function noFinalNewline(where: Place): BadInput {
  return new BadInput({
    code: 'no-final-newline',
    what: 'The last record has no line end: the file seems cut off',
    where,
  });
}

export function utf16Input(expected: string): BadInput {
  return new BadInput({ code: 'utf-16-input', what: 'Input is UTF-16', expected, where: { byte: 0 } });
}
