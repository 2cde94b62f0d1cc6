import type { FunctionConfig, InvocationResult } from './function-config.ts';

type Figures = Pick<InvocationResult, 'durationMs' | 'billedMs' | 'maxMemoryMb' | 'initMs'>;

/**
 * The lines Lambda writes around an invocation, as text or as JSON.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html
 */
export function startLines({ logFormat, systemLogLevel }: FunctionConfig, requestId: string): string[] {
  const version = '$LATEST';
  if (systemLogLevel === 'WARN') return [];
  if (logFormat === 'JSON') return [platformRecord('platform.start', { requestId, version })];
  return [`START RequestId: ${requestId} Version: ${version}`];
}

export function reportLines(
  config: FunctionConfig,
  requestId: string,
  figures: Figures,
  error: InvocationResult['error'],
): string[] {
  const { billedMs, durationMs, initMs, maxMemoryMb } = figures;
  const status = error ? (error.type === 'Sandbox.Timedout' ? 'timeout' : 'error') : 'success';
  // At WARN only what went wrong is worth a record.
  if (config.systemLogLevel === 'WARN' && !error) return [];
  if (config.logFormat === 'JSON') {
    const metrics = {
      durationMs,
      billedDurationMs: billedMs,
      memorySizeMB: config.memoryMb,
      maxMemoryUsedMB: maxMemoryMb,
      ...(initMs !== undefined && { initDurationMs: initMs }),
    };
    const record = { requestId, metrics, status, ...(error && { errorType: error.type }) };
    return [platformRecord('platform.report', record)];
  }
  const parts = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${durationMs.toFixed(2)} ms`,
    `Billed Duration: ${billedMs} ms`,
    `Memory Size: ${config.memoryMb} MB`,
    `Max Memory Used: ${maxMemoryMb} MB`,
  ];
  if (initMs !== undefined) parts.push(`Init Duration: ${initMs.toFixed(2)} ms`);
  if (error) parts.push(`Status: ${status}`, `Error Type: ${error.type}`);
  return [`END RequestId: ${requestId}`, `${parts.join('\t')}\t`];
}

function platformRecord(type: string, record: object): string {
  return JSON.stringify({ time: new Date().toISOString(), type, record });
}
