/** Bounds on a pattern, so that no cell takes more than a fixed number of steps for each of its characters. */
export const regexLimit = {
  /** States of the automaton, repeats written out: `[0-9]{8}` is 8 of them, `(ab){100}` is 200. */
  states: 1000,
  /** Groups within groups. */
  depth: 250,
} as const;
