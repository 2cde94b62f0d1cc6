/** Where in the input something is wrong. Lines and columns count from 1, bytes from 0. */
export interface Place {
  line?: number;
  column?: number;
  /** Offset in the inflated input. */
  byte?: number;
  /** Offset in the compressed input. */
  compressedByte?: number;
  /** JSON Pointer into the options, for `BadOptions`. */
  pointer?: string;
}

export interface Fault {
  /** Stable, kebab-case: users route and alarm on it. */
  code: string;
  /** What is wrong, in one sentence without a final stop. */
  what: string;
  expected?: string;
  got?: string;
  where?: Place;
}

/**
 * The one error formula: what, expected, got, where.
 * @example `new BadInput({ code: 'record-too-long', what: 'Record exceeds the limit', expected: '<= 1048576 bytes', got: '2000000 bytes', where: { line: 7 } })`
 */
export class TributaryError extends Error {
  readonly code: string;
  readonly fault: Fault;

  constructor(fault: Fault, options?: ErrorOptions) {
    super(describeFault(fault), options);
    this.name = new.target.name;
    this.code = fault.code;
    this.fault = fault;
  }
}

/** The input can never be converted: the file is rejected with a report, and not retried. */
export class BadInput extends TributaryError {}

/** The options can never work: refused before a byte is read, and not retried. */
export class BadOptions extends TributaryError {}

function describeFault({ what, expected, got, where }: Fault): string {
  const place = where && Object.entries(where).map(([name, value]) => `${name} ${value}`);
  return [
    what,
    expected === undefined ? '' : `; expected ${expected}`,
    got === undefined ? '' : `; got ${got}`,
    place?.length ? ` (${place.join(', ')})` : '',
  ].join('');
}
