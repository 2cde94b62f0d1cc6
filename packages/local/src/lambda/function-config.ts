import type { Role } from '../iam/access.ts';

/** A function as Lambda knows it, out of its template. */
export interface FunctionConfig {
  name: string;
  arn: string;
  handler: string;
  runtime: string;
  /** `LAMBDA_TASK_ROOT` */
  codeDirectory: string;
  codeSha256: string;
  codeBytes: number;
  role: Role;
  memoryMb: number;
  timeoutSeconds: number;
  ephemeralStorageMb: number;
  environment: Record<string, string>;
  architecture: string;
  description: string;
  logFormat: 'Text' | 'JSON';
  /** Least level of the function's own lines and of Lambda's; only with JSON. */
  logLevel?: LogLevel;
  systemLogLevel?: SystemLogLevel;
  logGroup: string;
  reservedConcurrency?: number;
  deadLetterQueueArn?: string;
  /** ISO 8601 */
  lastModified: string;
}

export const logLevels = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;
export const systemLogLevels = ['DEBUG', 'INFO', 'WARN'] as const;
export type LogLevel = (typeof logLevels)[number];
export type SystemLogLevel = (typeof systemLogLevels)[number];

/** How a function's asynchronous invocations end. */
export interface AsyncConfig {
  maximumEventAgeSeconds: number;
  maximumRetryAttempts: number;
  onSuccess?: string;
  onFailure?: string;
}

export const defaultAsyncConfig: AsyncConfig = { maximumEventAgeSeconds: 21_600, maximumRetryAttempts: 2 };

export interface Invocation {
  requestId: string;
  payload: Buffer;
  attempt: number;
  /** Base64 JSON, handed on to the handler's context. */
  clientContext?: string;
}

export interface InvocationResult {
  /** The handler's answer, or the error object. JSON. */
  payload: Buffer;
  /** Absent when the handler returned. */
  error?: { type: string; message: string };
  durationMs: number;
  billedMs: number;
  maxMemoryMb: number;
  initMs?: number;
  /** The last 4 KB of the invocation's log. */
  logTail: string;
}
