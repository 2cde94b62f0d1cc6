import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogsAnswer } from '../local-api.ts';

/** Looked at from the end of each log. */
const TAIL_BYTES = 4 * 1024 * 1024;
const MOST_LINES = 2000;
const MOST_LINE = 8192;

/** Lines of all functions' logs that belong to some invocations, function by function. */
export async function readFunctionLogs(
  directory: string,
  requestIds: ReadonlySet<string>,
): Promise<LogsAnswer> {
  const lines: LogsAnswer['lines'] = [];
  const files = (await readdir(directory).catch(() => [])).filter((name) => name.endsWith('.log')).sort();
  for (const file of files) {
    const name = file.slice(0, -'.log'.length);
    // Lines between START and REPORT are the invocation's own, with or without its id.
    let current: string | undefined;
    for (const line of (await readTail(join(directory, file))).split('\n')) {
      const named = [...requestIds].find((id) => line.includes(id));
      const starts = /^START RequestId: (\S+)/.exec(line)?.[1];
      if (starts !== undefined) current = starts;
      const id = named ?? (current !== undefined && requestIds.has(current) ? current : undefined);
      if (id !== undefined && line !== '') {
        if (lines.length >= MOST_LINES) return { lines, cut: true };
        lines.push({ function: name, requestId: id, line: line.slice(0, MOST_LINE) });
      }
      if (/^REPORT RequestId: /.test(line)) current = undefined;
    }
  }
  return { lines, cut: false };
}

async function readTail(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const length = Math.min(size, TAIL_BYTES);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString('utf8');
  } finally {
    await file.close();
  }
}

/** The invocations that step events name. */
export function invocationsOf(events: readonly Record<string, unknown>[]): Set<string> {
  const ids = new Set<string>();
  for (const { detail } of events as {
    detail?: { invocation?: { id?: string }; requestContext?: { requestId?: string } };
  }[]) {
    const id = detail?.invocation?.id ?? detail?.requestContext?.requestId;
    if (id !== undefined) ids.add(id);
  }
  return ids;
}
