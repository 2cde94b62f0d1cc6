/** Where in a descriptor something is wrong. */
export interface SchemaPlace {
  /** JSON Pointer into the descriptor. */
  pointer?: string;
  /** Characters into a pattern, from 0. */
  offset?: number;
}

/** What is wrong with a descriptor or its expectations: the formula that all of our errors have. */
export interface SchemaFault {
  /** Stable, kebab-case. */
  code: SchemaFaultCode;
  /** What is wrong, in one sentence without a final stop. */
  what: string;
  expected?: string;
  got?: string;
  where?: SchemaPlace;
}

export type SchemaFaultCode =
  | 'bad-bound'
  | 'contradictory-bounds'
  | 'contradictory-lengths'
  | 'contradictory-values'
  | 'bad-value'
  | 'bad-pattern'
  | 'unsupported-pattern'
  | 'pattern-too-large'
  | 'bad-json-schema'
  | 'bad-reference'
  | 'bad-expectation';

/**
 * A descriptor that can never be validated by: refused before a row is read.
 * @example `new BadSchema({ code: 'bad-bound', what: 'Bound is no value of its field', expected: 'an integer', got: '"a"', where: { pointer: '/fields/0/constraints/minimum' } })`
 */
export class BadSchema extends Error {
  readonly code: SchemaFaultCode;
  readonly fault: SchemaFault;

  constructor(fault: SchemaFault) {
    super(describeFault(fault));
    this.name = new.target.name;
    this.code = fault.code;
    this.fault = fault;
  }
}

function describeFault({ what, expected, got, where }: SchemaFault): string {
  const place = where && Object.entries(where).map(([name, value]) => `${name} ${value}`);
  return [
    what,
    expected === undefined ? '' : `; expected ${expected}`,
    got === undefined ? '' : `; got ${got}`,
    place?.length ? ` (${place.join(', ')})` : '',
  ].join('');
}

/** JSON Pointer (RFC 6901) of a path. @example `pointerOf(['fields', 0, 'a/b'])` is `/fields/0/a~1b` */
export function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** A JSON value as a message shows it, cut where it is long. */
export function showValue(value: unknown): string {
  let text: string;
  try {
    text = JSON.stringify(value) ?? String(value);
  } catch {
    text = Object.prototype.toString.call(value);
  }
  return text.length > 80 ? `${text.slice(0, 80)}… (${text.length} characters)` : text;
}
