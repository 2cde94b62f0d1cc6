import type { Dialect } from '../converter.ts';

export type EscapeStyle = 'quote' | 'backslash' | 'reject';

/** Whether a cell cannot be written as it is. */
export function needsEscape(text: string, style: EscapeStyle): boolean {
  return { quote: /[\t\n\r"]/, backslash: /[\t\n\r\\]/, reject: /[\t\n\r"\\]/ }[style].test(text);
}

/** One cell as it stands in the output. `reject` cannot escape: ask `needsEscape` first. */
export function escapeCell(text: string, style: EscapeStyle): string {
  if (style === 'reject' || !needsEscape(text, style)) return text;
  if (style === 'quote') return `"${text.replaceAll('"', '""')}"`;
  const letters: Record<string, string> = { '\t': '\\t', '\n': '\\n', '\r': '\\r', '\\': '\\\\' };
  return text.replace(/[\t\n\r\\]/g, (character) => letters[character]!);
}

/** What a reader has to know. An empty `quoteChar` says that quotes mean nothing. */
export function describeDialect(style: EscapeStyle, header: boolean): Dialect {
  const dialect = { delimiter: '\t', header, lineTerminator: '\n' };
  if (style === 'quote') return { ...dialect, quoteChar: '"', doubleQuote: true };
  if (style === 'backslash') return { ...dialect, quoteChar: '', escapeChar: '\\' };
  return dialect;
}
