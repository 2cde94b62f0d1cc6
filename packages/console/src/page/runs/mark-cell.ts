import type { RejectedRow, StepRun } from '@tributary/events/ledger';

export interface MarkedRecord {
  before: string;
  cell: string;
  after: string;
}

/** Texts between quotes, as messages cite them. */
const quoted = /"((?:[^"\\]|\\.)*)"/g;

/**
 * Where in a record the faulty cell is: by its column, if the columns are known and the record is delimited; else by what the
 * message cites. Nothing is marked that is not certain.
 */
export function markCell(
  record: string,
  { column, message }: Pick<RejectedRow, 'column' | 'message'>,
  step: Pick<StepRun, 'schema'>,
): MarkedRecord {
  const whole = { before: record, cell: '', after: '' };
  for (const [, cited = ''] of message.matchAll(quoted)) {
    const at = cited === '' || cited === column ? -1 : record.indexOf(cited);
    if (at >= 0 && record.indexOf(cited, at + 1) < 0) return split(record, at, at + cited.length);
  }
  const fields = (step.schema?.descriptor as { fields?: { name?: string }[] } | undefined)?.fields;
  const index = fields?.findIndex(({ name }) => name === column) ?? -1;
  if (index < 0 || fields === undefined) return whole;
  for (const delimiter of ['\t', ',', ';', '|']) {
    const cells = cutCells(record, delimiter);
    if (cells.length !== fields.length) continue;
    const [from, to] = cells[index]!;
    return split(record, from, to);
  }
  return whole;
}

function split(record: string, from: number, to: number): MarkedRecord {
  return { before: record.slice(0, from), cell: record.slice(from, to), after: record.slice(to) };
}

/** Start and end of each cell; delimiters between double quotes are text. */
function cutCells(record: string, delimiter: string): [number, number][] {
  const cells: [number, number][] = [];
  let from = 0;
  let inQuotes = false;
  for (let at = 0; at <= record.length; at += 1) {
    if (record[at] === '"') inQuotes = !inQuotes;
    if (at === record.length || (record[at] === delimiter && !inQuotes)) {
      cells.push([from, at]);
      from = at + 1;
    }
  }
  return cells;
}
