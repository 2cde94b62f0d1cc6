import { compilePattern } from '@tributary/events/pattern';
import * as z from 'zod';
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

/** A pattern as templates have it: JSON, not its text. */
export const eventPatternSchema = z.record(z.string(), z.unknown()).superRefine((pattern, context) => {
  try {
    compileMatcher(JSON.stringify(pattern));
  } catch (error) {
    context.addIssue({ code: 'custom', message: messageOf(error) });
  }
});
