import type { InputHints } from '../converter.ts';
import type { DialectOptions, ReadDialect } from './dialect.ts';

/** A dialect with nothing left open, and how sure what was found is. */
export interface SettledDialect {
  dialect: Omit<ReadDialect, 'encoding'>;
  confidence: number;
}

/** What a dialect says that says nothing. */
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

/** Fills in what is not given: from the event of the step before, if it knows the dialect, or from the start of the file. */
export function settleDialect(
  given: DialectOptions,
  hints: InputHints | undefined,
  _sample: Uint8Array,
  _complete: boolean,
): SettledDialect {
  const known = Object.fromEntries(
    Object.entries({ ...hints?.dialect, ...given }).filter(([, value]) => value !== undefined),
  );
  const { encoding: _, ...settled } = { ...defaults, ...known } as typeof defaults & DialectOptions;
  return {
    dialect: {
      ...settled,
      doubleQuote: settled.doubleQuote ?? settled.escapeChar === '',
    } as SettledDialect['dialect'],
    confidence: 1,
  };
}
