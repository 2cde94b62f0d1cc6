import { compilePattern } from '@tributary/events/pattern';
import { AwsError, messageOf } from '../errors.ts';

/**
 * Compiles a pattern's JSON text.
 * @returns a matcher of events, as JSON text or as `parseEvent` reads them
 * @throws AwsError InvalidEventPatternException, with AWS's reason
 */
export function compileMatcher(pattern: string): (event: object | string) => boolean {
  try {
    return compilePattern(pattern);
  } catch (error) {
    throw new AwsError('InvalidEventPatternException', messageOf(error));
  }
}
