import { type LedgerEvent, readLedgerEvent } from '@tributary/events/ledger';

/** One row for each event: what one asks by in a column of its own, and the whole event as text. */
const columns = {
  event_id: 'string',
  time: 'datetime',
  kind: 'string',
  chain: 'string',
  step: 'string',
  run_id: 'string',
  parent_id: 'string',
  hop: 'integer',
  service: 'string',
  service_version: 'string',
  outcome: 'string',
  code: 'string',
  message: 'string',
  root_bucket: 'string',
  root_key: 'string',
  input_bucket: 'string',
  input_key: 'string',
  bytes_in: 'integer',
  bytes_out: 'integer',
  rows_out: 'integer',
  rows_rejected: 'integer',
  queued_ms: 'number',
  read_ms: 'number',
  convert_ms: 'number',
  write_ms: 'number',
  total_ms: 'number',
  event: 'string',
} as const;

type Row = Partial<Record<keyof typeof columns, string | number | undefined>>;

/** Frictionless Table Schema of the day's file. An empty cell is no value. */
export const eventTableSchema = {
  fields: Object.entries(columns).map(([name, type]) => ({ name, type })),
  missingValues: [''],
};

export const eventTableHeader = `${Object.keys(columns).join(',')}\n`;

/** The row of an event as CSV; undefined if it is none of a run. */
export function eventRow(event: unknown): string | undefined {
  const read = readLedgerEvent(event);
  if (read === undefined) return undefined;
  const row = { ...placeOf(read), ...resultOf(read), event: JSON.stringify(event) };
  return `${Object.keys(columns)
    .map((name) => cell(row[name as keyof Row]))
    .join(',')}\n`;
}

function placeOf({ id, time, kind, chain, step, runId, parentId, hop, root, input }: LedgerEvent): Row {
  return {
    event_id: id,
    time,
    kind,
    chain,
    step,
    run_id: runId,
    parent_id: parentId,
    hop,
    root_bucket: root.bucket,
    root_key: root.key,
    input_bucket: input?.bucket,
    input_key: input?.key,
    bytes_in: input?.bytes,
  };
}

function resultOf(read: LedgerEvent): Row {
  if (read.kind === 'failed') {
    const { requestContext, responsePayload } = read.event.detail;
    // A function's own words: they may be anything.
    const { errorType, errorMessage } = (responsePayload ?? {}) as Record<string, unknown>;
    return { code: textOf(errorType) ?? requestContext.condition, message: textOf(errorMessage) };
  }
  const { service, timings } = read.event.detail;
  const work: Row = {
    service: service.name,
    service_version: service.version,
    queued_ms: timings?.queued,
    read_ms: timings?.read,
    convert_ms: timings?.convert,
    write_ms: timings?.write,
    total_ms: timings?.total,
  };
  if (read.kind === 'started' || read.kind === 'handed-over') return work;
  const { rows, rejectedRows } = read.event.detail;
  const counted: Row = { ...work, rows_out: rows, rows_rejected: rejectedRows };
  if (read.kind === 'rejected')
    return { ...counted, code: read.event.detail.report.code, message: read.event.detail.report.message };
  const { outcome, outputs } = read.event.detail;
  return { ...counted, outcome, bytes_out: outputs.reduce((sum, { bytes }) => sum + bytes, 0) };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function cell(value: string | number | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'number' ? String(value) : `"${value.replaceAll('"', '""')}"`;
}
