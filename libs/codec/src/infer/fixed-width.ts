import type { LayoutInput } from '../fixed-width/layout.ts';
import { describeColumn, findSpans } from './columns.ts';
import { cutBetween, fieldNames, nameColumns } from './fields.ts';
import { findHeader, headRoom } from './header.ts';
import { cutRecords } from './records.ts';

/** A layout for a sample, and how far to trust it. */
export interface InferredLayout {
  layout: LayoutInput;
  /** 0 to 1: from a bare guess to all signs agreeing. */
  confidence: number;
  /** What was seen and what to look at, for a person. */
  notes: string[];
}

/** One record in so many may have something in a blank column: a bad line, or a header in the midst. */
const toleratedShare = 1 / 500;

/**
 * Proposes a layout: columns are where all records are blank in between, header words name them and hold together
 * what blanks inside cells would cut. `complete` says that the sample is the whole file; else its last record may be
 * cut off and is left out.
 * @throws {BadInput} `utf-16-input`, `empty-sample`
 * @example `inferFixedWidthLayout(firstMegabyte, { complete: false }).layout.fields`
 */
export function inferFixedWidthLayout(sample: Uint8Array, { complete = true } = {}): InferredLayout {
  const cut = cutRecords(sample, complete);
  const { comment, records } = setCommentsAside(cut.records.filter((record) => record.trim() !== ''));
  const look = (body: string[]) => findSpans(body, Math.floor(body.length * toleratedShare));

  // First without the lines that may be a header; then, once that is known, with all that are not.
  const early = records.slice(headRoom(records.length));
  const header = findHeader(
    records,
    look(early).map((span) => describeColumn(span, early)),
  );
  const body = records.slice(header.skip);
  const spans = look(body);
  const { columns, notes } = nameColumns(spans, header, body);
  const cuts = cutBetween(columns);
  const names = fieldNames(columns, cut.read);

  const lengths = new Set(body.map(({ length }) => length));
  const width = Math.max(0, ...lengths);
  const ragged = lengths.size > 1;
  const last = ragged || (cuts.at(-1) ?? 0) >= width ? null : width;
  const skip = skippedLines(cut.records, records, header.skip, comment);
  const layout: LayoutInput = {
    fields: (columns.length === 0 ? ['column_1'] : names).map((name, i) => ({
      name,
      start: i === 0 ? 0 : cuts[i - 1]!,
      end: cuts[i] ?? last,
    })),
    ...(skip > 0 ? { skip } : {}),
    ...(cut.unit === 'bytes' ? {} : { unit: cut.unit }),
    ...(cut.encoding === 'utf-8' ? {} : { encoding: cut.encoding }),
    ...(cut.recordLength === undefined ? {} : { recordLength: cut.recordLength }),
    ...(cut.newline === 'cr' ? { newline: 'cr' as const } : {}),
    ...(comment === undefined ? {} : { comment }),
  };
  const warnings = findWarnings(body, columns.length);
  return {
    layout,
    confidence: confide({
      records: body.length,
      named: header.line !== undefined,
      doubts: notes.filter((note) => !note.startsWith('the line of dashes')).length,
      warnings: warnings.length,
      periodic: cut.recordLength !== undefined,
    }),
    notes: [
      `${body.length} records looked at, ${ragged ? `up to ${width} ${cut.unit} long` : `each ${width} ${cut.unit} long`}`,
      ...(cut.newline === 'crlf' ? ['line ends are CRLF'] : []),
      ...(cut.encoding === 'utf-8' ? [] : [`not UTF-8: ${cut.encoding} is a guess`]),
      ...cut.notes,
      ...notes.map(cut.read),
      ...warnings,
    ],
  };
}

/** Lines that start with `#` beside others that do not. */
function setCommentsAside(lines: string[]): { comment?: string; records: string[] } {
  const records = lines.filter((line) => !line.startsWith('#'));
  if (records.length === lines.length || records.length * 2 < lines.length) return { records: lines };
  return { comment: '#', records };
}

/**
 * `skip` counts lines of the file as they come, blank ones and comments too; the header was found among the rest.
 */
function skippedLines(
  all: string[],
  records: string[],
  headerLines: number,
  comment: string | undefined,
): number {
  if (headerLines === 0) return 0;
  const isRecord = (line: string) =>
    line.trim() !== '' && !(comment !== undefined && line.startsWith(comment));
  let seen = 0;
  for (let at = 0; at < all.length; at++)
    if (isRecord(all[at]!) && ++seen === Math.min(headerLines, records.length)) return at + 1;
  return headerLines;
}

function findWarnings(body: string[], columns: number): string[] {
  const warnings: string[] = [];
  if (body.some((record) => record.includes('\t')))
    warnings.push('there are tabs: positions after them are not what a screen shows');
  if (columns < 2) {
    const delimiter = [',', ';', '\t', '|'].find((mark) => {
      const counts = new Set(body.map((record) => record.split(mark).length));
      return counts.size === 1 && !counts.has(1);
    });
    warnings.push(
      delimiter === undefined
        ? 'no column is blank in all records: positions must come from elsewhere'
        : `every record has as many ${JSON.stringify(delimiter)}: this looks delimited, not fixed-width`,
    );
  }
  return warnings;
}

function confide(signs: {
  records: number;
  named: boolean;
  doubts: number;
  warnings: number;
  periodic: boolean;
}): number {
  const enough = Math.min(1, signs.records / 20);
  const trust =
    (0.5 + 0.5 * enough) *
    (signs.named ? 1 : 0.8) *
    (signs.periodic ? 0.7 : 1) *
    0.93 ** signs.doubts *
    0.4 ** signs.warnings;
  return Math.round(trust * 100) / 100;
}
