import type { ConvertIo } from '../converter.ts';
import { type DelimitedOptions, type ReadDialect, resolvePolicies } from '../delimited/dialect.ts';
import { delimiterOf } from './input-start.ts';
import type { SchemaValidatorOptions } from './options.ts';

/**
 * How a table is read at first. One that has a schema has a header, unless somebody says otherwise: a look at its cells may
 * be wrong on that.
 * @param line the first of the input
 */
export function firstOptions(
  { dialect, reading, expectations, schema }: SchemaValidatorOptions,
  { hints }: Pick<ConvertIo, 'hints'>,
  line: string | undefined,
): DelimitedOptions {
  const isOpen = hints.dialect === undefined;
  const header = dialect.header ?? (isOpen ? true : undefined);
  const hasTrailer = expectations?.controlTotals?.some(({ equals }) => typeof equals === 'object');
  const footerLines = dialect.footerLines ?? (hasTrailer ? 1 : undefined);
  const given = {
    ...dialect,
    ...(header === undefined ? {} : { header }),
    ...(footerLines === undefined ? {} : { footerLines }),
  };
  const isFirst = (dialect.headerRows ?? [1])[0] === 1 && (dialect.skipLines ?? 0) === 0;
  if (!isOpen || !header || !isFirst || dialect.delimiter !== undefined || line === undefined)
    return { dialect: given, reading };
  // A first line that holds names of the schema is the header.
  const delimiter = delimiterOf(
    line,
    schema.fields.map(({ name }) => name),
  );
  if (delimiter === undefined) return { dialect: given, reading };
  return {
    dialect: { ...given, delimiter, skipLines: 0, headerRows: dialect.headerRows ?? [1] },
    reading: { ...reading, absentDelimiter: 'accept' },
  };
}

/** Rows are held to their shape, unless the options say otherwise. */
export function strictShape(reading: DelimitedOptions['reading']): DelimitedOptions['reading'] {
  const shape = {
    shortRows: 'reject',
    longRows: 'reject',
    trailingDelimiters: 'reject',
    blankLines: 'reject',
    shortHeader: 'keep',
    headerNames: 'mend',
  } as const;
  const given = Object.fromEntries(Object.entries(reading).filter(([, value]) => value !== undefined));
  return { ...resolvePolicies({ ...reading }), ...shape, ...given } as DelimitedOptions['reading'];
}

/** Number of the first row of data: rows before it, the header's among them, count too. */
export function firstRowOf({ header, headerRows, skipLines }: ReadDialect): number {
  return skipLines + (header ? headerRows.at(-1)! : 0) + 1;
}
