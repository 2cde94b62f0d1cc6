import { BadInput } from '../errors.ts';
import type { Findings } from './findings.ts';

const SHOWN = 3;

/** The file does not go on: what was found first, and how much there is of it. */
export function notValid(findings: Findings): BadInput {
  const { log, rows, invalidRows } = findings;
  const counts = new Map<string, number>();
  for (const { type, count } of log.counts()) counts.set(type, (counts.get(type) ?? 0) + count);
  const codes = [...counts].map(([type, count]) => `${count} ${type}`).join(', ');
  const first = log.errors.slice(0, SHOWN).map(({ message }) => message.slice(0, 300));
  const line = log.errors[0]?.rowNumber;
  return new BadInput({
    code: 'not-valid',
    what: 'The table is not valid',
    expected: 'what the schema says',
    got: `${log.total} errors (${codes}), in ${invalidRows} of ${rows} rows${first.length > 0 ? `: ${first.join('; ')}` : ''}`,
    ...(line === undefined ? {} : { where: { line } }),
  });
}
