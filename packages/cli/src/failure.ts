import { BadInput, BadOptions, TributaryError } from '@tributary/codec/errors';

/** What the command ends with. */
export const exitCodes = { done: 0, unexpected: 1, usage: 2, rejectedInput: 3 } as const;

/** The command cannot be carried out as it was given: a file that is not there, arguments that contradict. */
export class UsageError extends TributaryError {}

/** The run was ended by a signal. */
export class Interrupted extends Error {
  readonly signal: NodeJS.Signals;

  constructor(signal: NodeJS.Signals) {
    super('Interrupted: no output was written');
    this.signal = signal;
  }
}

/** The exit code for whatever a command failed with. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof BadInput) return exitCodes.rejectedInput;
  if (error instanceof BadOptions || error instanceof UsageError || isBadChain(error)) return exitCodes.usage;
  return exitCodes.unexpected;
}

/** By its code: only the commands of chains load what throws it. */
function isBadChain(error: unknown): boolean {
  return error instanceof Error && (error as { code?: unknown }).code === 'bad-chain';
}

/** One line for a person: what, expected, got, where, and the code; the stack only if `DEBUG` is set. */
export function describeFailure(error: unknown, debug = Boolean(process.env.DEBUG)): string {
  if (!(error instanceof Error)) return String(error);
  // A line for each mistake, as compilers do: editors jump to the places.
  if (isBadChain(error)) return `the chains have mistakes\n${error.message}`;
  const { code } = error as NodeJS.ErrnoException;
  const line = `${error.message}${typeof code === 'string' ? ` [${code}]` : ''}`;
  return debug && error.stack ? `${line}\n${error.stack}` : line;
}

/**
 * A fresh checkout has no kernels yet: they are compiled, not committed. Other errors pass unchanged.
 * @param error of an import
 */
export function describeMissingBuild(error: unknown): unknown {
  const { code, message = '' } = error as NodeJS.ErrnoException;
  if (code !== 'ERR_MODULE_NOT_FOUND' || !message.includes('kernel.generated.ts')) return error;
  return new TributaryError(
    {
      code: 'not-built',
      what: 'This checkout is not built yet',
      expected: '`npx nx run-many -t build` first, or `npm test`',
    },
    { cause: error },
  );
}

/** As `describeFailure`, for programs. */
export function failureJson(error: unknown): object {
  if (error instanceof TributaryError) return { error: { ...error.fault, message: error.message } };
  const { message, code } = error as NodeJS.ErrnoException;
  return { error: { code: code ?? 'unexpected', message } };
}

/** Names the file a system error is about. Errors of other kinds pass unchanged. */
export function describeFileError(error: unknown, what: string, path: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  const got = {
    ENOENT: what === 'a file to write' ? 'no such folder' : 'there is none',
    EACCES: 'no permission',
    EPERM: 'no permission',
    EISDIR: 'a folder',
    ENOTDIR: 'a path through a file',
    EEXIST: 'there is one already',
    EROFS: 'a read-only file system',
  }[code ?? ''];
  if (!got) return error;
  return new UsageError(
    { code: 'file-not-usable', what: `Cannot use ${path}`, expected: what, got },
    { cause: error },
  );
}
