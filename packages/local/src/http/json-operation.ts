import type * as z from 'zod';
import { AwsError } from '../errors.ts';
import type { Identity } from '../iam/access.ts';

/** One operation of a service that speaks JSON: body in, body out. */
export type JsonOperation = (input: unknown, caller: Identity, aborted: AbortSignal) => unknown;

/** Binds an operation to its input's schema; members the schema lacks are refused, so nothing is ignored in silence. */
export function jsonOperation<S extends z.ZodType>(
  input: S,
  run: (input: z.infer<S>, caller: Identity, aborted: AbortSignal) => unknown,
): JsonOperation {
  return (body, caller, aborted) => run(parseInput(input, body), caller, aborted);
}

/** @throws AwsError ValidationException */
export function parseInput<S extends z.ZodType>(schema: S, body: unknown): z.infer<S> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => {
    if (issue.code === 'unrecognized_keys') return `${issue.keys.join(', ')} is not there in the local AWS`;
    return `Value at '${issue.path.join('.')}' failed to satisfy constraint: ${issue.message}`;
  });
  throw new AwsError(
    'ValidationException',
    `${issues.length} validation error${issues.length === 1 ? '' : 's'} detected: ${issues.join('; ')}`,
  );
}
