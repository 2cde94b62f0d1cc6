/** What became of one seed. */
export interface SeedReport {
  seed: number;
  files: number;
  /** Its steps, and what each comes after. */
  chain: string[];
  versions: number;
  bytes: number;
  /** Files by what they are like. */
  kinds: Record<string, number>;
  /** How steps ended; several ends of one joined by `+`. */
  ends: Record<string, number>;
  /** Events of steps that the ledger was held against. */
  events: number;
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

/** A line for each seed. */
export function seedsTable(reports: SeedReport[]): string {
  return [
    '| seed | steps | objects landed | MiB | faults | failed attempts | events | violations |',
    '| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...reports.map(({ seed, chain, versions, bytes, struck, failures, events, violations }) => {
      const figures = [
        versions,
        Math.round(bytes / 2 ** 20),
        sum(struck),
        sum(failures),
        events,
        violations.length,
      ];
      return `| ${[seed, chain.length, ...figures.map(shown)].join(' | ')} |`;
    }),
  ].join('\n');
}

/** Seeds together: files by kind, faults by kind, what they led to. */
export function soakTable(reports: SeedReport[]): string {
  const total = (of: (report: SeedReport) => number) => reports.reduce((all, report) => all + of(report), 0);
  const rows = (of: (report: SeedReport) => Record<string, number>) => {
    const sums: Record<string, number> = {};
    for (const report of reports)
      for (const [name, times] of Object.entries(of(report))) sums[name] = (sums[name] ?? 0) + times;
    return Object.entries(sums)
      .sort(([, a], [, b]) => b - a)
      .map(([name, times]) => `| &nbsp; ${name} | ${shown(times)} |`);
  };
  return [
    '| | |',
    '| --- | ---: |',
    `| seeds, each with a chain of its own | ${reports.length} |`,
    `| steps of these chains | ${total(({ chain }) => chain.length)} |`,
    `| files | ${shown(total(({ files }) => files))} |`,
    ...rows(({ kinds }) => kinds),
    `| objects landed, each version for itself | ${shown(total(({ versions }) => versions))} |`,
    `| faults injected | ${shown(total((report) => sum(report.struck)))} |`,
    ...rows(({ struck }) => struck),
    `| attempts of functions that failed | ${shown(total((report) => sum(report.failures)))} |`,
    ...rows(({ failures }) => failures),
    `| steps of a file that ended | ${shown(total((report) => sum(report.ends)))} |`,
    ...rows(({ ends }) => ends),
    `| events told, and found in the ledger | ${shown(total(({ events }) => events))} |`,
    `| unfinished uploads that only the bucket’s lifecycle ends | ${shown(total(({ orphans }) => orphans))} |`,
    `| **invariants violated** | **${total((report) => report.violations.length)}** |`,
  ].join('\n');
}

function shown(count: number): string {
  return count.toLocaleString('en-GB');
}
