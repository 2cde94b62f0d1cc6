import type { InputHints } from '../converter.ts';
import { type DialectOptions, MULTI_SPACE, type OddityPolicies, type ReadDialect } from './dialect.ts';
import { wrongDelimiter } from './faults.ts';
import { sniffDialect } from './sniff/sniff.ts';

/** A dialect with nothing left open, how sure what was found is, and what was seen. */
interface SettledDialect {
  dialect: Omit<ReadDialect, 'encoding'>;
  confidence: number;
  notes: string[];
  /** Names of the parts that were found in the file: nobody stated them. */
  guessed: string[];
}

/** @throws {BadInput} `wrong-delimiter` */
function checkDelimiter(
  delimiter: string,
  given: DialectOptions,
  decode: () => string,
  sample: Uint8Array,
  complete: boolean,
): void {
  if (
    delimiter === MULTI_SPACE ||
    Buffer.from(sample.buffer, sample.byteOffset, sample.length).includes(delimiter)
  )
    return;
  const text = passLines(decode(), given.skipLines ?? 0, given.lineTerminator);
  const {
    delimiter: other,
    confidence,
    alike,
  } = sniffDialect(text, complete, { ...given, delimiter: undefined });
  // Where nothing cuts the rows what is found is not in them either.
  if (alike && confidence >= SURE && text.includes(other)) throw wrongDelimiter(delimiter, other);
}

/** What is said of a dialect, without what is not. */
type Given = { [Part in keyof DialectOptions]?: NonNullable<DialectOptions[Part]> };

/** What stands where a dialect is known and says nothing of it. */
const defaults = {
  delimiter: ',',
  lineTerminator: 'auto',
  quoteChar: '"',
  escapeChar: '',
  skipInitialSpace: false,
  header: true,
  headerRows: [1],
  headerJoin: ' ',
  skipLines: 0,
  footerLines: 0,
};

/** What must be given for a look at the file to have nothing to find. */
const needed = [
  'delimiter',
  'quoteChar',
  'escapeChar',
  'skipInitialSpace',
  'header',
  'headerRows',
  'skipLines',
  'footerLines',
] as const;

/** What may be stated and says nothing of which lines are the table: the others leave no preamble or footer to guess. */
const aside: readonly string[] = [
  'encoding',
  'nullSequence',
  'caseSensitiveHeader',
  'csvddfVersion',
  '$schema',
];

/** Parts that a look at the file finds. */
const sniffable = [...needed, 'doubleQuote', 'nullSequence', 'commentChar'] as const;

/** How sure another delimiter must be for the one given to be wrong. */
const SURE = 0.6;

/**
 * Fills in what is not given: from the event of the step before, if it knows the dialect, else from the start of the file.
 * `names`: those of a schema, if there is one.
 */
export function settleDialect(
  given: DialectOptions,
  policies: Pick<OddityPolicies, 'absentDelimiter' | 'shortRows'>,
  names: readonly string[] | undefined,
  hints: InputHints | undefined,
  sample: Uint8Array,
  complete: boolean,
): SettledDialect {
  const decode = () => new TextDecoder('utf-8', { ignoreBOM: true }).decode(sample, { stream: true });
  if (given.delimiter !== undefined && policies.absentDelimiter === 'refuse')
    checkDelimiter(given.delimiter, given, decode, sample, complete);
  const stated = dropAbsent(given);
  if (hints?.dialect || needed.every((part) => given[part] !== undefined)) {
    return {
      dialect: complement({ ...dropAbsent(hints?.dialect ?? {}), ...stated } as Given),
      confidence: 1,
      notes: [],
      guessed: [],
    };
  }
  const isTsv = hints?.mediaType?.startsWith('text/tab-separated-values') ?? false;
  const text = passLines(decode(), given.skipLines ?? 0, given.lineTerminator);
  const known = isTsv ? { delimiter: '\t', ...stated } : stated;
  const open = Object.keys(stated).every((part) => aside.includes(part));
  // The names of a schema tell which row the header is.
  const byNames = given.skipLines === undefined && given.headerRows === undefined && names;
  const guessing = {
    preamble: names ? byNames || false : open,
    footer: open && names === undefined && policies.shortRows !== 'reject',
  };
  const { confidence, notes, alike: _, ...sniffed } = sniffDialect(text, complete, known, guessing);
  const unguessed = [
    ...(guessing.preamble || sniffed.skipLines > 0 ? [] : ['skipLines']),
    ...(guessing.footer ? [] : ['footerLines']),
    ...(given.header === false ? ['headerRows'] : []),
  ];
  return {
    dialect: complement({ ...sniffed, ...stated } as Given),
    confidence,
    notes,
    guessed: sniffable.filter(
      (part) => !(part in known) && sniffed[part] !== undefined && !unguessed.includes(part),
    ),
  };
}

function dropAbsent<Parts extends object>(parts: Parts): Partial<Parts> {
  return Object.fromEntries(
    Object.entries(parts).filter(([, value]) => value !== undefined),
  ) as Partial<Parts>;
}

function complement(known: Given): SettledDialect['dialect'] {
  const parts = { ...defaults, ...known };
  const { delimiter, lineTerminator, quoteChar, escapeChar, nullSequence, commentChar } = parts;
  return {
    delimiter,
    lineTerminator,
    quoteChar,
    // Frictionless has an escape exclude doubled quotes, unless they are asked for.
    doubleQuote: parts.doubleQuote ?? escapeChar === '',
    escapeChar,
    ...(nullSequence === undefined ? {} : { nullSequence }),
    skipInitialSpace: parts.skipInitialSpace,
    ...(commentChar === undefined ? {} : { commentChar }),
    header: parts.header,
    headerRows: parts.headerRows,
    headerJoin: parts.headerJoin,
    skipLines: parts.skipLines,
    footerLines: parts.footerLines,
  };
}

/** The text after some lines. */
function passLines(text: string, lines: number, lineTerminator = 'auto'): string {
  let at = 0;
  for (let line = 0; line < lines; line++) {
    const end = lineTerminator === 'auto' ? /\r\n|\r|\n/g : undefined;
    if (end) end.lastIndex = at;
    const found = end ? end.exec(text) : { index: text.indexOf(lineTerminator, at), 0: lineTerminator };
    if (!found || found.index < 0) return '';
    at = found.index + found[0].length;
  }
  return text.slice(at);
}

/** Whether a whole file has no cells: nothing but line ends and, where they cannot be delimiters, spaces and tabs. */
export function isBlank(text: Uint8Array, { dialect, guessed }: SettledDialect): boolean {
  const blank = [10, 13, 0x1a];
  const isSpace = dialect.delimiter === MULTI_SPACE || dialect.delimiter.trim() === '';
  if (guessed.includes('delimiter') || !isSpace) blank.push(32, 9);
  return text.every((byte) => blank.includes(byte));
}
