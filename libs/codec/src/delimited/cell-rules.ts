import type { WrittenDialect } from './written-dialect.ts';

/** Why a cell cannot be written. */
export interface CellFault {
  code: 'cell-not-writable';
  message: string;
}

/** What a dialect makes of a cell. */
export interface CellRules {
  /** By byte: 0 for what may stand by itself, 1 for what needs quotes (or escapes, where there are none), 2 for what must be escaped in them. */
  marks: Uint8Array;
  isQuoting: boolean;
  quotesAll: boolean;
  quote: number;
  nullBytes: Uint8Array;
  /** A cell with marks, or one that looks like the null sequence. */
  escape(text: string, isNull: boolean): string | CellFault;
}

export function compileCellRules(dialect: WrittenDialect): CellRules {
  const { delimiter, quoteChar, escapeChar, quoting, nullSequence } = dialect;
  const marks = new Uint8Array(256);
  // Of a delimiter of several characters each is reason enough: with what follows it might make one.
  for (const character of `\r\n\x1a${delimiter}${quoteChar}${escapeChar}`) marks[character.charCodeAt(0)] = 1;
  if (quoteChar === '' && escapeChar !== '') marks[9] = 1;
  if (quoteChar !== '') for (const character of quoteChar + escapeChar) marks[character.charCodeAt(0)] = 2;
  return {
    marks,
    isQuoting: quoteChar !== '',
    quotesAll: quoting === 'all',
    quote: quoteChar.charCodeAt(0),
    nullBytes: Buffer.from(nullSequence),
    escape: quoteChar !== '' ? quoted(dialect) : escapeChar !== '' ? escaped(dialect) : refuse,
  };
}

function quoted({ quoteChar, doubleQuote, escapeChar }: WrittenDialect): CellRules['escape'] {
  const inside = new RegExp(`[${escapeForSet(quoteChar)}${escapeForSet(escapeChar)}]`, 'g');
  const escapeOne = (character: string) =>
    character === quoteChar && doubleQuote ? quoteChar + quoteChar : escapeChar + character;
  return (text) => quoteChar + text.replace(inside, escapeOne) + quoteChar;
}

function refuse(): CellFault {
  return unwritable('Without quotes and escapes the cell would be read as another');
}

function escaped({ delimiter, escapeChar, nullSequence }: WrittenDialect): CellRules['escape'] {
  const letters: Record<string, string> = { '\n': 'n', '\r': 'r', '\t': 't' };
  const delimiters = [...new Set(delimiter)].map(escapeForSet).join('');
  const outside = new RegExp(`[\\r\\n\\t${delimiters}${escapeForSet(escapeChar)}]`, 'g');
  const ofDelimiter = new RegExp(`[${delimiters}]`);
  return (text, isNull) => {
    if (text.includes('\x1a'))
      return unwritable('Without quotes Ctrl-Z would be read as the end of the file');
    if (delimiter.length > 1 && ofDelimiter.test(text))
      return unwritable('Without quotes the cell would be read as several');
    const made = text.replace(outside, (character) => escapeChar + (letters[character] ?? character));
    return isNull && made === nullSequence
      ? unwritable('Without quotes the text would be read as a null')
      : made;
  };
}

function unwritable(message: string): CellFault {
  return { code: 'cell-not-writable', message };
}

function escapeForSet(text: string): string {
  return text.replaceAll(/[\\\]^-]/g, '\\$&');
}
