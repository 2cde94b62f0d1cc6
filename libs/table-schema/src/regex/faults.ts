import { BadSchema } from '../errors.ts';

/** A pattern that no dialect would take. */
export function badPattern(what: string, expected: string, got: string, offset: number): BadSchema {
  return new BadSchema({ code: 'bad-pattern', what, expected, got, where: { offset } });
}

/** What other dialects have and XML Schema has not, and no automaton matches in one pass. */
export function unsupportedPattern(what: string, got: string, offset: number): BadSchema {
  return new BadSchema({
    code: 'unsupported-pattern',
    what: `Pattern has ${what}`,
    expected: 'a regular expression of XML Schema',
    got,
    where: { offset },
  });
}

export function patternTooLarge(what: string, expected: string, got: string): BadSchema {
  return new BadSchema({ code: 'pattern-too-large', what, expected, got });
}
