import * as z from 'zod';
import { AwsError } from '../errors.ts';

/** Members of every List operation's input. */
export const page = {
  Limit: z.number().int().min(1).max(100).default(100),
  NextToken: z.string().optional(),
};

/** One page of a list, under the member the operation gives it. @throws AwsError ValidationException */
export function paged<T>(
  member: string,
  all: readonly T[],
  { Limit, NextToken }: { Limit: number; NextToken?: string | undefined },
) {
  const from = NextToken === undefined ? 0 : Number(NextToken);
  if (!Number.isInteger(from)) throw new AwsError('ValidationException', 'Parameter NextToken is not valid.');
  const next = from + Limit;
  return { [member]: all.slice(from, next), ...(next < all.length && { NextToken: String(next) }) };
}
