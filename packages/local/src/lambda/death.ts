import type { FunctionConfig } from './function-config.ts';

/** Lambda gives the start of a function 10 seconds. */
export const initLimitMs = 10_000;

/** Why the server itself ended a function's process. */
export type KillReason = 'timeout' | 'memory' | 'storage' | 'init-timeout' | 'stopped' | 'fault';

export interface Death {
  killed: KillReason | undefined;
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** What Lambda tells the invoker when a function's process ends before it answers. */
export function describeDeath(
  config: FunctionConfig,
  requestId: string,
  { killed, code, signal }: Death,
): { type: string; message: string } {
  const prefix = `RequestId: ${requestId} Error:`;
  if (killed === 'timeout') {
    const seconds = config.timeoutSeconds.toFixed(2);
    return { type: 'Sandbox.Timedout', message: `${prefix} Task timed out after ${seconds} seconds` };
  }
  if (killed === 'memory') {
    return { type: 'Runtime.OutOfMemory', message: `${prefix} Runtime exited with error: signal: killed` };
  }
  if (killed === 'storage') {
    const what = `More than ${config.ephemeralStorageMb} MB in the ephemeral storage`;
    return { type: 'Runtime.ExitError', message: `${prefix} ${what}: on AWS the write fails with ENOSPC` };
  }
  if (killed === 'init-timeout') {
    const seconds = initLimitMs / 1000 + config.timeoutSeconds;
    return {
      type: 'Sandbox.Timedout',
      message: `${prefix} The function did not start within ${seconds} seconds`,
    };
  }
  // V8 ends the process by SIGABRT (or 134) when the heap reaches its limit.
  if (signal === 'SIGABRT' || code === 134) {
    return { type: 'Runtime.OutOfMemory', message: `${prefix} Runtime exited with error: signal: aborted` };
  }
  const reason = signal ? `signal: ${signal}` : `exit status ${code}`;
  const exited = code === 0 ? 'without providing a reason' : `with error: ${reason}`;
  return { type: 'Runtime.ExitError', message: `${prefix} Runtime exited ${exited}` };
}
