import { InvalidPattern } from '../errors.ts';
import type { JsonReader, Position } from './json-reader.ts';

const MAX_SOURCE = 500;

/** Refuses a pattern the way AWS words it: the reason, then Jackson's place in the text. */
export function refuse(reader: JsonReader, what: string): never {
  return refuseAt(reader.source, what, reader.position);
}

export function refuseAt(source: string, what: string, { line, column }: Position): never {
  const rest = source.length - MAX_SOURCE;
  const shown = rest > 0 ? `"${source.slice(0, MAX_SOURCE)}"[truncated ${rest} chars]` : `"${source}"`;
  throw new InvalidPattern(`${what} at [Source: (String)${shown}; line: ${line}, column: ${column}]`, {
    line,
    column,
  });
}

/** Some reasons come from beneath AWS's parser and have no place. */
export function refuseWithoutPlace(what: string): never {
  throw new InvalidPattern(what);
}
