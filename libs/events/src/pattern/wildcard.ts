/** A wildcard operand, cut at its asterisks: the value starts with the first piece, ends with the last, and has the others in order between. */
export type Wildcard = readonly string[];

const encoder = new TextEncoder();

/**
 * Parses a `wildcard` operand: `*` stands for any characters or none, `\*` and `\\` for themselves.
 * Throws `Error` with event-ruler's message; its positions count UTF-8 bytes and the opening quote.
 */
export function parseWildcard(operand: string): Wildcard {
  const pieces = [''];
  for (let index = 0; index < operand.length; index++) {
    const char = operand[index]!;
    const next = operand[index + 1];
    if (char === '*') {
      if (next === '*')
        throw new Error(`Consecutive wildcard characters at pos ${bytePosition(operand, index)}`);
      pieces.push('');
    } else if (char === '\\') {
      if (next !== '*' && next !== '\\') {
        throw new Error(`Invalid escape character at pos ${bytePosition(operand, index)}`);
      }
      pieces[pieces.length - 1] += next;
      index++;
    } else {
      pieces[pieces.length - 1] += char;
    }
  }
  return pieces;
}

/** Linear in `value` times the number of pieces: each piece between is taken where it first fits. */
export function matchesWildcard(value: string, pieces: Wildcard): boolean {
  const first = pieces[0]!;
  if (pieces.length === 1) return value === first;
  const last = pieces[pieces.length - 1]!;
  const end = value.length - last.length;
  if (end < first.length || !value.startsWith(first) || !value.endsWith(last)) return false;
  let from = first.length;
  for (let index = 1; index < pieces.length - 1; index++) {
    const piece = pieces[index]!;
    const found = value.indexOf(piece, from);
    if (found < 0 || found + piece.length > end) return false;
    from = found + piece.length;
  }
  return true;
}

function bytePosition(operand: string, index: number): number {
  return encoder.encode(operand.slice(0, index)).length + 1;
}
