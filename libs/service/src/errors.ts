import { BadInput, BadOptions, type Fault, TributaryError } from '@tributary/codec';

/**
 * Worth another try: the invocation fails, Lambda retries it, and gives it to the OnFailure destination in the end.
 * Codes: `deadline`, `terminated`, `stalled`, `short-body`, `size-mismatch`, `input-unreadable`, `output-contended`,
 * `output-unreadable`, `upload-gone`, `events-not-put`, `s3-failed`.
 */
export class Transient extends TributaryError {}

/** The input was overwritten since its event (HTTP 412): a newer event is on its way and will do the work. */
export class InputReplaced extends TributaryError {}

/** The object at the output key is no longer the one we decided on (HTTP 412, 409 or 404): decide again. */
export class OutputChanged extends TributaryError {
  /** True if S3 has just said that something is at the key where there ought to be nothing. */
  readonly inTheWay: boolean;

  constructor(fault: Fault, options: ErrorOptions, inTheWay: boolean) {
    super(fault, options);
    this.inTheWay = inTheWay;
  }
}

/**
 * True if trying again can never help: the step ends as rejected, and the invocation succeeds. `BadEnvelope` of
 * libs/events is not among them: without a lineage there is no step to reject, so it is thrown, and Lambda's OnFailure
 * event keeps the whole payload.
 */
export function isPermanent(error: unknown): error is BadInput | BadOptions {
  return error instanceof BadInput || error instanceof BadOptions;
}

/** What S3 said, as far as we decide by it. */
interface S3Failure {
  name?: string;
  message?: string;
  $metadata?: { httpStatusCode?: number };
}

/** The HTTP status of an SDK error; undefined if it has none (a connection that broke, an abort). */
export function statusOf(error: unknown): number | undefined {
  return (error as S3Failure | undefined)?.$metadata?.httpStatusCode;
}

/**
 * True for the answers to a conditional write that lost: 412; 409 `ConditionalRequestConflict` while another is under way;
 * 404 `NoSuchKey` where the object that was to be replaced is gone.
 */
export function lostCondition(error: unknown): boolean {
  const name = (error as S3Failure | undefined)?.name;
  return statusOf(error) === 412 || name === 'ConditionalRequestConflict' || name === 'NoSuchKey';
}

/** True for the errors of reading an input that is no longer there as it was: replaced, deleted, or taken out of reach. */
export function isInputLost(error: unknown): boolean {
  const codes = ['input-replaced', 'input-gone', 'input-unreadable'];
  return error instanceof TributaryError && codes.includes(error.code);
}

/**
 * An error of reading the input, in our terms.
 * - 412: overwritten, `InputReplaced`.
 * - 404: deleted (S3 is strongly consistent), so no retry brings it back: `BadInput` `input-gone`.
 * - 403: not granted, not granted yet, or deleted while the role may not list the bucket: `Transient` `input-unreadable`.
 */
export function readFailure(error: unknown, at: string): Error {
  if (error instanceof TributaryError) return error;
  const cause = { cause: error };
  switch (statusOf(error)) {
    case 412:
      return new InputReplaced(
        { code: 'input-replaced', what: `${at} was overwritten since its event` },
        cause,
      );
    case 404:
      if ((error as S3Failure).name === 'NoSuchBucket') return s3Failure(error, `Reading ${at}`);
      return new BadInput({ code: 'input-gone', what: `${at} was deleted before it was read` }, cause);
    case 403:
      return new Transient(
        { code: 'input-unreadable', what: `${at} may not be read: not granted, or deleted meanwhile` },
        cause,
      );
    default:
      return s3Failure(error, `Reading ${at}`);
  }
}

/** Any other error of S3: transient, with S3's own code and message. */
export function s3Failure(error: unknown, doing: string): Error {
  if (error instanceof TributaryError) return error;
  const { name = 'Error', message = String(error) } = (error ?? {}) as S3Failure;
  const fault: Fault = { code: 's3-failed', what: `${doing} failed`, got: `${name}: ${message}` };
  return new Transient(fault, { cause: error });
}
