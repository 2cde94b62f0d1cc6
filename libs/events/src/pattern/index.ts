/**
 * The EventBridge event-pattern language, whole (EventBridge User Guide, "Comparison operators for use in event
 * patterns"; where that is silent, the source of AWS's engine, github.com/aws/event-ruler).
 *
 * Pure: no AWS, no clock. One matcher for the rules of `serverless.yml`, for chains and for tests.
 *
 * @example
 * import { compilePattern } from '@tributary/events/pattern';
 * const matches = compilePattern({ source: ['aws.s3'], detail: { object: { key: [{ suffix: '.gz' }] } } });
 * matches(event);     // a parsed event: fast
 * matches(eventText); // its JSON text: also sees 1e400, and names that are given twice
 * const parsed = parseEvent(eventText); // the same for many rules: parsed once
 * @module
 */
export { InvalidEvent, InvalidPattern } from '../errors.ts';
export { MAX_BRANCHES, MAX_FIELDS } from './branches.ts';
export { excludeEachOther } from './exclusion.ts';
export type { EventPattern, FieldMatcher, PatternOf } from './language.ts';

import { InvalidEvent, InvalidPattern } from '../errors.ts';
import { compileBranch } from './branch-test.ts';
import { readBranches } from './branches.ts';
import { checkComplexity } from './complexity.ts';
import { readEventText } from './event-text.ts';
import type { EventPattern } from './language.ts';

/**
 * Says whether an event matches. Takes the event parsed or as JSON text; throws `InvalidEvent` if it is not a JSON
 * object.
 */
export type PatternMatcher = (event: object | string) => boolean;

/**
 * Compiles a pattern once for many events.
 * @param pattern JSON text, or the same as an object. Text is the more exact: an object has lost repeated names and
 *   digits beyond a 64-bit float.
 * @throws InvalidPattern whose `message` reads as AWS's: "Event pattern is not valid. Reason: ...".
 */
export function compilePattern(pattern: string | EventPattern | object): PatternMatcher {
  const branches = readBranches(typeof pattern === 'string' ? pattern : textOf(pattern));
  checkComplexity(branches);
  const tests = branches.map(compileBranch);
  const [only] = tests;
  const matches = tests.length === 1 ? only! : (event: object) => tests.some((test) => test(event));
  return (event) => matches(typeof event === 'string' ? parseEvent(event) : objectOf(event));
}

/**
 * Parses an event's text once for many matchers: they see in it what they would see in the text. It is for matchers
 * only: numbers beyond a float and repeated names are kept in a form of their own.
 * @throws InvalidEvent
 */
export function parseEvent(text: string): object {
  return objectOf(readEventText(text));
}

function textOf(pattern: object): string {
  const text = JSON.stringify(pattern) as string | undefined;
  if (text === undefined) throw new InvalidPattern('Filter is not an object');
  return text;
}

function objectOf(event: unknown): object {
  if (typeof event === 'object' && event !== null && !Array.isArray(event)) return event;
  throw new InvalidEvent({ code: 'invalid-event', what: 'Event must be a JSON object' });
}
