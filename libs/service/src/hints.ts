import type { Dialect, InputHints } from '@tributary/codec';
import type { StepOutput } from '@tributary/events';

/**
 * What a converter is told of its input by the event of the step before. A dialect without a delimiter says too little to
 * go by; terms that are not of their kind count as left out.
 */
export function hintsOf(output: StepOutput | undefined): InputHints {
  if (output === undefined) return {};
  const dialect = output.dialect && dialectOf(output.dialect);
  return { mediaType: output.mediaType, ...(dialect && { dialect }) };
}

function dialectOf(told: Record<string, unknown>): Dialect | undefined {
  // Frictionless says `null` where a dialect knows no such character.
  const text = (name: string) =>
    typeof told[name] === 'string' ? told[name] : told[name] === null ? '' : undefined;
  const delimiter = text('delimiter');
  if (!delimiter) return undefined;
  const [quoteChar, escapeChar] = [text('quoteChar'), text('escapeChar')];
  const { header, doubleQuote } = told;
  return {
    delimiter,
    header: header !== false,
    lineTerminator: text('lineTerminator') || 'auto',
    ...(quoteChar !== undefined && { quoteChar }),
    ...(escapeChar !== undefined && { escapeChar }),
    ...(typeof doubleQuote === 'boolean' && { doubleQuote }),
  };
}
