import type { ApiFault } from '@tributary/events/ledger';

/** What a request is refused with, as `apiFault` has it. */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly status: number;
  readonly fault: ApiFault;

  constructor(status: number, fault: ApiFault) {
    super(fault.message);
    this.status = status;
    this.fault = fault;
  }
}

export function notFound(what: string): ApiError {
  return new ApiError(404, { code: 'not-found', message: `There is no ${what}` });
}
