/** What became of one seed. */
export interface SeedReport {
  seed: number;
  files: number;
  versions: number;
  bytes: number;
  /** How steps ended; several ends of one joined by `+`. */
  ends: Record<string, number>;
  /** Faults that struck. */
  struck: Record<string, number>;
  /** Failed attempts of functions, by error type. */
  failures: Record<string, number>;
  orphans: number;
  seconds: number;
  violations: string[];
}

const sum = (counts: Record<string, number>) => Object.values(counts).reduce((all, one) => all + one, 0);

export function summaryOf({
  seed,
  versions,
  bytes,
  struck,
  failures,
  ends,
  seconds,
  violations,
}: SeedReport): string {
  const verdict = violations.length === 0 ? 'nothing lost' : `${violations.length} VIOLATIONS`;
  const shown = Object.entries(ends).map(([end, count]) => `${count} ${end}`);
  return `seed ${seed}: ${versions} objects, ${(bytes / 2 ** 20).toFixed(0)} MiB, ${sum(struck)} faults, ${sum(failures)} failed attempts, ${seconds} s; ${shown.join(', ')}: ${verdict}`;
}

/** Seeds together: faults by kind, and what they led to. */
export function soakTable(reports: SeedReport[]): string {
  const struck: Record<string, number> = {};
  for (const report of reports) {
    for (const [fault, times] of Object.entries(report.struck)) struck[fault] = (struck[fault] ?? 0) + times;
  }
  const total = (of: (report: SeedReport) => number) => reports.reduce((all, report) => all + of(report), 0);
  return [
    '| | |',
    '| --- | ---: |',
    `| seeds | ${reports.length} |`,
    `| objects landed | ${total(({ versions }) => versions)} |`,
    `| faults injected | ${total((report) => sum(report.struck))} |`,
    ...Object.entries(struck)
      .sort(([, a], [, b]) => b - a)
      .map(([fault, times]) => `| &nbsp; ${fault} | ${times} |`),
    `| attempts of functions that failed | ${total((report) => sum(report.failures))} |`,
    `| steps that ended as a dead letter | ${total(({ ends }) => ends['dead-letter'] ?? 0)} |`,
    `| invariants violated | ${total((report) => report.violations.length)} |`,
  ].join('\n');
}
