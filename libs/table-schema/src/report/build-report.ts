import type { Drift } from '../drift/drift.ts';
import type { ColumnProfile } from '../profile/column-profile-schema.ts';
import type { ErrorLog } from './error-log.ts';
import type { ReportTask, ValidationReport } from './validation-report.ts';

/** What is known of one file once it is read. */
export interface TaskFacts {
  /** Path, key or URL of the file. */
  place: string;
  labels: readonly string[];
  log: ErrorLog;
  seconds: number;
  stats?: {
    bytes?: number;
    fields?: number;
    rows?: number;
    invalidRows?: number;
    md5?: string;
    sha256?: string;
  };
  warnings?: readonly string[];
  /** Whether it was given up before its end: it is not valid then, whatever was found until there. */
  incomplete?: boolean;
  profile?: readonly ColumnProfile[];
  drift?: Drift;
}

/** The report on some files. @example `buildReport([{ place: 'in/prices.csv', labels, log, seconds: 0.2 }]).valid` */
export function buildReport(files: readonly TaskFacts[]): ValidationReport {
  const tasks = files.map(taskOf);
  const sum = (count: (task: ReportTask) => number) => tasks.reduce((total, task) => total + count(task), 0);
  return {
    valid: tasks.every(({ valid }) => valid),
    stats: {
      tasks: tasks.length,
      errors: sum(({ stats }) => stats.errors),
      warnings: sum(({ stats }) => stats.warnings),
      seconds: sum(({ stats }) => stats.seconds),
    },
    warnings: [],
    errors: [],
    tasks,
  };
}

function taskOf({
  place,
  labels,
  log,
  seconds,
  stats,
  warnings = [],
  incomplete = false,
  profile,
  drift,
}: TaskFacts): ReportTask {
  const task: ReportTask = {
    name: nameOf(place),
    type: 'table',
    valid: log.total === 0 && !incomplete,
    place,
    labels: [...labels],
    stats: { errors: log.total, warnings: warnings.length, seconds, ...stats },
    warnings: [...warnings],
    errors: [...log.errors],
    errorCounts: log.counts(),
  };
  if (profile) task.profile = [...profile];
  if (drift) task.drift = drift;
  return task;
}

/** The last part of a place without its extensions, as Frictionless names resources: lower case, digits, `-` and `_`. */
function nameOf(place: string): string {
  const last = place.split(/[/\\]/).findLast((part) => part !== '') ?? '';
  const [stem = ''] = last.split('.').filter((part) => part !== '');
  const name = stem
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .slice(0, 100);
  return /[a-z0-9]/.test(name) ? name : 'table';
}
