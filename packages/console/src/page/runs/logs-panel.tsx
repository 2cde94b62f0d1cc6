import type { Run } from '@tributary/events/ledger';
import type { LogsAnswer } from '../../local-api.ts';
import { useAnswer } from '../api.ts';
import { EmptyState, FaultNote, Loading } from '../parts/notes.tsx';

export function LogsPanel({ run }: { run: Run }) {
  const { data, error } = useAnswer<LogsAnswer>(`local/logs?run=${encodeURIComponent(run.id)}`, {
    live: true,
  });
  if (error) return <FaultNote error={error} />;
  if (!data) return <Loading />;
  if (data.lines.length === 0)
    return (
      <EmptyState icon="runs" title="No function has logged for this run">
        The logs of older runs may have been moved away.
      </EmptyState>
    );
  return (
    <>
      <ol class="logs" aria-label="Log lines">
        {data.lines.map(({ function: name, line }, at) => (
          <li key={at} class={`log is-${levelOf(line)}`}>
            {name !== data.lines[at - 1]?.function && <span class="log-function">{name}</span>}
            <LogLine line={line} />
          </li>
        ))}
      </ol>
      {data.cut && <p class="faint">There is more in the log files.</p>}
    </>
  );
}

/** A structured line by its message; all of it when opened. */
function LogLine({ line }: { line: string }) {
  const record = recordOf(line);
  if (record === undefined) return <span class="log-line">{line}</span>;
  const { timestamp, level, message } = record;
  return (
    <details>
      <summary>
        <span class="faint">{timestamp?.slice(11, 23)}</span> {level} <b>{message}</b>
      </summary>
      <pre>{JSON.stringify(record, null, 2)}</pre>
    </details>
  );
}

function recordOf(line: string): { timestamp?: string; level?: string; message: string } | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const record = JSON.parse(line);
    return typeof record.message === 'string' ? record : undefined;
  } catch {
    return undefined;
  }
}

function levelOf(line: string): string {
  if (/^(START|END|REPORT|INIT_START)\b/.test(line)) return 'platform';
  const level = /"level":"(\w+)"/.exec(line)?.[1]?.toLowerCase();
  if (level) return level;
  return /\bERROR\b/.test(line) ? 'error' : 'info';
}
