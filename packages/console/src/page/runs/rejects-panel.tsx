import type { RejectedRow, RejectsPage, Run, StepRun } from '@tributary/events/ledger';
import { useEffect, useState } from 'preact/hooks';
import { get } from '../api.ts';
import { formatCount } from '../format.ts';
import { FaultNote, Loading } from '../parts/notes.tsx';
import { linkTo, replaceRoute } from '../route.ts';
import { markCell } from './mark-cell.ts';

/** The rows a step put aside, by code; `code` shows those of one alone. */
export function RejectsPanel({ run, step, code }: { run: Run; step: StepRun; code: string | undefined }) {
  const path = `v1/runs/${encodeURIComponent(run.id)}/steps/${step.id}/rejects`;
  const [pages, setPages] = useState<RejectsPage[]>([]);
  const [error, setError] = useState<Error>();
  const read = (cursor?: string) => {
    const query = new URLSearchParams({ limit: '100', ...(code && { code }), ...(cursor && { cursor }) });
    get<RejectsPage>(`${path}?${query}`).then(
      (page) => setPages((before) => (cursor ? [...before, page] : [page])),
      setError,
    );
  };
  useEffect(() => {
    setPages([]);
    read();
  }, [path, code]);
  const [first] = pages;
  if (error) return <FaultNote error={error} />;
  if (!first) return <Loading />;
  const next = pages.at(-1)?.next;
  const link = (one?: string) => linkTo(['runs', run.id], { step: step.id, tab: 'rejects', code: one });
  return (
    <>
      <div class="chips" role="group" aria-label="Codes">
        <button
          type="button"
          class="chip"
          aria-pressed={code === undefined}
          onClick={() => replaceRoute(link())}
        >
          All <b>{formatCount(first.total)}</b>
        </button>
        {Object.entries(first.codes)
          .sort(([, a], [, b]) => b - a)
          .map(([name, count]) => (
            <button
              key={name}
              type="button"
              class="chip"
              aria-pressed={code === name}
              onClick={() => replaceRoute(link(name))}
            >
              <code>{name}</code> <b>{formatCount(count)}</b>
            </button>
          ))}
        <a class="more" href={linkTo(['data'], first.quarantine)}>
          The file
        </a>
      </div>
      <ol class="rejects">
        {pages
          .flatMap(({ rows }) => rows)
          .map((row, at) => (
            <Reject key={at} row={row} step={step} />
          ))}
      </ol>
      {next && (
        <button type="button" onClick={() => read(next)}>
          More
        </button>
      )}
    </>
  );
}

function Reject({ row, step }: { row: RejectedRow; step: StepRun }) {
  const { line, byte, column, code, message, record, recordBase64 } = row;
  const parts = record === undefined ? undefined : markCell(record, row, step);
  return (
    <li class="reject">
      <div class="reject-head">
        <span class="where">
          line {formatCount(line)} <span class="faint">byte {formatCount(byte)}</span>
        </span>
        <code class="tag is-rejected">{code}</code>
        {column !== undefined && <span class="mono column">{column}</span>}
        <span class="message">{message}</span>
      </div>
      {parts && (
        <pre class="record" tabIndex={0}>
          {parts.before}
          {parts.cell !== '' && <mark title={column ?? code}>{parts.cell}</mark>}
          {parts.after}
        </pre>
      )}
      {recordBase64 !== undefined && <pre class="record faint">{recordBase64} (not UTF-8: Base64)</pre>}
    </li>
  );
}
