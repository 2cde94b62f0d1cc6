import type { ConvertReport } from '@tributary/codec';

/**
 * How the input was read, in one line: for a look at what was found.
 * @example `dialect: ";", quote ", header, windows-1252 (guessed)`
 */
export function describeDialect(found: NonNullable<ConvertReport['inputDialect']>): string {
  const { delimiter, quoteChar, header, encoding, skipLines, footerLines, guessed } = found;
  const parts = [
    typeof delimiter === 'string' ? JSON.stringify(delimiter) : '',
    typeof quoteChar === 'string' ? (quoteChar === '' ? 'no quotes' : `quote ${quoteChar}`) : '',
    typeof header === 'boolean' ? (header ? 'header' : 'no header') : '',
    typeof encoding === 'string' ? encoding : '',
    skipLines ? `skipLines ${skipLines}` : '',
    footerLines ? `footerLines ${footerLines}` : '',
  ].filter(Boolean);
  const shown = ['delimiter', 'quoteChar', 'header', 'encoding'];
  const unsure = shown.filter((part) => guessed.includes(part));
  const which = unsure.length === shown.length ? '' : `: ${unsure.join(', ')}`;
  return `dialect: ${parts.join(', ')}${unsure.length > 0 ? ` (guessed${which})` : ''}`;
}
