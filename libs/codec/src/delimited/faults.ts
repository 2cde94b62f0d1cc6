import { BadInput, type Place } from '../errors.ts';

export function emptyInput(what: string): BadInput {
  return new BadInput({ code: 'empty-input', what, where: { line: 1, byte: 0 } });
}

export function binaryInput(got: string, byte: number): BadInput {
  return new BadInput({
    code: 'binary-input',
    what: 'Input is not text',
    expected: 'delimited text',
    got,
    where: { byte },
  });
}

/** UTF-32 and the like. */
export function unknownEncoding(got: string): BadInput {
  return new BadInput({
    code: 'unknown-encoding',
    what: 'Input is in an encoding that is not read',
    expected: 'utf-8, utf-16, iso-8859-1 or windows-1252',
    got,
    where: { byte: 0 },
  });
}

export function headerMissing(row: number, rows: number): BadInput {
  return new BadInput({
    code: 'header-missing',
    what: 'The file ends before its header does (dialect.headerRows)',
    expected: `${row} rows at least`,
    got: `${rows}`,
  });
}

/** The header cannot be read, for a reason that rejects any other row. */
export function badHeader(reason: string, where: Place): BadInput {
  return new BadInput({ code: 'bad-header', what: `Header cannot be read: ${reason}`, where });
}

export function tooManyColumns(limit: number, got: string, where: Place): BadInput {
  return new BadInput({
    code: 'too-many-columns',
    what: 'Record has more columns than the limit (reading.maxColumns)',
    expected: `<= ${limit}`,
    got,
    where,
  });
}

export function emptyName(column: number, where: Place): BadInput {
  return new BadInput({
    code: 'empty-name',
    what: `Column ${column} has no name`,
    where: { ...where, column },
  });
}

export function duplicateName(name: string, column: number, where: Place): BadInput {
  return new BadInput({
    code: 'duplicate-name',
    what: 'Name of a column stands twice in the header',
    got: JSON.stringify(name),
    where: { ...where, column },
  });
}

/** A quoted cell over the limit that the file ends in: all that came after it was taken for its text. */
export function unterminatedQuote(
  limits: { maxFieldBytes: number; maxRecordBytes: number },
  where: Place,
): BadInput {
  return new BadInput({
    code: 'unterminated-quote',
    what: 'The file ends in a record that is over a limit and in quotes: a quote in it was never closed',
    expected: `a closing quote within ${Math.min(limits.maxFieldBytes, limits.maxRecordBytes)} bytes`,
    where,
  });
}

export function recordTooLarge(bytes: number, where: Place): BadInput {
  return new BadInput({
    code: 'record-too-long',
    what: 'There is no memory for the record (reading.maxRecordBytes allows more than there is)',
    got: `over ${bytes} bytes`,
    where,
  });
}

/** No header, no names given, and no row to count cells in. */
export function columnsUnknown(where: Place): BadInput {
  return new BadInput({
    code: 'columns-unknown',
    what: 'The file has no header, and its first rows are over a limit or never end: how many columns it has cannot be told',
    where,
  });
}

export function wrongDelimiter(given: string, found: string): BadInput {
  return new BadInput({
    code: 'wrong-delimiter',
    what: 'The delimiter (dialect.delimiter) is nowhere in the start of the file, where another cuts all rows alike',
    expected: JSON.stringify(given),
    got: JSON.stringify(found),
    where: { line: 1, byte: 0 },
  });
}
