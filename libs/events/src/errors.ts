/** One wrong thing: what, expected, got, where. The same shape as a codec's fault, so that reports look alike. */
export interface EventFault {
  /** Stable, kebab-case: users route and alarm on it. */
  code: string;
  /** What is wrong, in one sentence without a final stop. */
  what: string;
  expected?: string;
  got?: string;
  /** `pointer` is a JSON Pointer into the value at fault. */
  where?: { pointer?: string; line?: number; column?: number };
}

/** Base of every error of this library. None of them passes by itself: a retry gives the same answer. */
export class EventsError extends Error {
  readonly code: string;
  readonly fault: EventFault;

  constructor(fault: EventFault, options?: ErrorOptions) {
    super(describeFault(fault), options);
    this.name = new.target.name;
    this.code = fault.code;
    this.fault = fault;
  }
}

/** The payload a function was invoked with is no envelope, or its event is none a step can start from. */
export class BadEnvelope extends EventsError {}

/** A detail we were about to publish does not fit its contract, or cannot be made to fit the size limit. */
export class BadDetail extends EventsError {}

/** EventBridge would answer `InvalidEventPatternException`; the message is worded as AWS words it. */
export class InvalidPattern extends EventsError {
  /** The part after "Reason: ". */
  readonly reason: string;

  constructor(reason: string, where?: EventFault['where']) {
    super({
      code: 'invalid-pattern',
      what: `Event pattern is not valid. Reason: ${reason}`,
      ...(where && { where }),
    });
    // AWS's own text carries no place in our form; `reason` already ends with "at [Source: ...]" where it has one.
    this.message = this.fault.what;
    this.reason = reason;
  }
}

/** What is to be matched is no event: no JSON object, or nested too deeply. */
export class InvalidEvent extends EventsError {}

/** A target's Input, InputPath or InputTransformer that EventBridge refuses in PutTargets. */
export class InvalidTargetInput extends EventsError {}

function describeFault({ what, expected, got, where }: EventFault): string {
  const place = where && Object.entries(where).map(([name, value]) => `${name} ${value}`);
  return [
    what,
    expected === undefined ? '' : `; expected ${expected}`,
    got === undefined ? '' : `; got ${got}`,
    place?.length ? ` (${place.join(', ')})` : '',
  ].join('');
}
