import { Transient } from './errors.ts';
import { linkAbort } from './waiting.ts';

/** What a handler needs of Lambda's context. */
export interface InvocationContext {
  awsRequestId: string;
  functionName: string;
  getRemainingTimeInMillis(): number;
}

/** Time left at the end for aborting the upload and saying so, out of so much. */
export function reserveOf(milliseconds: number): number {
  return Math.min(5_000, milliseconds / 5);
}

/** Every invocation of this process that is under way, for SIGTERM to end. */
const underway = new Map<symbol, (reason: Error) => void>();
let listening = false;

/**
 * Runs `work` under a signal that is aborted shortly before Lambda would cut it off, and on SIGTERM: so that an upload
 * is aborted instead of left behind. Both are transient.
 */
export async function withDeadline<Result>(
  context: InvocationContext,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  listenForTermination();
  const cut = linkAbort();
  const left = context.getRemainingTimeInMillis();
  const reserve = reserveOf(left);
  const timer = setTimeout(
    () =>
      cut.abort(
        new Transient({
          code: 'deadline',
          what: 'The function ran out of time',
          expected: `done in ${Math.round(left - reserve)} ms; a longer timeout or more memory helps`,
        }),
      ),
    left - reserve,
  );
  const id = Symbol(context.awsRequestId);
  underway.set(id, cut.abort);
  try {
    return await work(cut.signal);
  } finally {
    clearTimeout(timer);
    underway.delete(id);
  }
}

function listenForTermination(): void {
  if (listening) return;
  listening = true;
  process.once('SIGTERM', () => {
    for (const abort of underway.values()) {
      abort(new Transient({ code: 'terminated', what: 'The runtime was told to stop' }));
    }
    // Uploads are aborted by then, and the runtime has had a moment to pass the error on.
    const started = Date.now();
    const leave = setInterval(() => {
      if (underway.size > 0 && Date.now() - started < 5_000) return;
      clearInterval(leave);
      setTimeout(() => process.exit(143), 100);
    }, 20);
  });
}
