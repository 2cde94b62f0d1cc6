import type { ApiFault } from '@tributary/events/ledger';
import * as z from 'zod';

/** A request as a function URL hands it over (payload format 2.0), as far as it is used. */
export interface UrlRequest {
  rawPath: string;
  rawQueryString: string;
  headers: Record<string, string | undefined>;
  requestContext: { http: { method: string } };
  body?: string;
  isBase64Encoded?: boolean;
}

export interface UrlResponse {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
  isBase64Encoded?: boolean;
}

/** An answer that is no success. */
export class ApiError extends Error {
  readonly status: number;
  readonly fault: ApiFault;

  constructor(status: number, fault: ApiFault) {
    super(fault.message);
    this.status = status;
    this.fault = fault;
  }
}

/** @throws {ApiError} `too-many` */
export function refuseTooMany(count: number, limit: number): void {
  if (count <= limit) return;
  throw new ApiError(409, {
    code: 'too-many',
    message: 'This is more than may be replayed at once: narrow it down',
    expected: `<= ${limit}`,
    got: `${count}`,
  });
}

/** Reads a query by its schema; what is a list there may be given several times. @throws {ApiError} `bad-query` */
export function readQuery<Schema extends z.ZodObject>(schema: Schema, text: string): z.output<Schema> {
  const given = new URLSearchParams(text);
  const values: Record<string, unknown> = {};
  for (const name of new Set(given.keys())) {
    const field = schema.shape[name];
    if (field === undefined) {
      const expected = Object.keys(schema.shape).join(', ') || 'no query';
      throw new ApiError(400, { code: 'bad-query', message: `There is no ${name} to ask by`, expected });
    }
    values[name] = isList(field as z.ZodType) ? given.getAll(name) : given.get(name);
  }
  return check(schema, values, 'bad-query');
}

/** @throws {ApiError} `bad-body` */
export function readBody<Schema extends z.ZodType>(
  schema: Schema,
  { body = '', isBase64Encoded }: UrlRequest,
): z.output<Schema> {
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString() : body;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ApiError(400, { code: 'bad-body', message: 'The body is no JSON' });
  }
  return check(schema, value, 'bad-body');
}

function check<Schema extends z.ZodType>(schema: Schema, value: unknown, code: string): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue?.path.join('.');
  throw new ApiError(400, { code, message: `${place ? `${place}: ` : ''}${issue?.message ?? 'not valid'}` });
}

function isList(field: z.ZodType): boolean {
  const inner = field instanceof z.ZodOptional ? field.unwrap() : field;
  return inner instanceof z.ZodArray;
}
