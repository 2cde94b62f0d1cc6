/** A pattern, parsed. Sets of characters are numbers, so that equal ones are one. */
export type RegexNode =
  | { kind: 'empty' | 'begin' | 'end' }
  | { kind: 'set'; set: number }
  | { kind: 'sequence' | 'choice'; items: RegexNode[] }
  | { kind: 'repeat'; item: RegexNode; least: number; most: number };

export interface ParsedRegex {
  root: RegexNode;
  /** Each set as a character class of JavaScript with flag `v`. */
  sets: string[];
}
