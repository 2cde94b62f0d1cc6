import { linkSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Activity, startLocalAws } from '@tributary/local';
import { packageStack } from '../demo/package-stack.ts';
import { converterWork } from '../sample/converter-work.ts';
import type { LargeInput } from './large-input.ts';

export interface LargeReport {
  service: string;
  input: string;
  bytes: number;
  memory: number;
  /** `completed`, the code of a rejection, or why Lambda gave up. */
  end: string;
  /** MB, of the invocation that took most. */
  peak: number;
  invocations: number;
  records: number;
  rows: number;
  rejectedRows: number;
  /** Lines of the log that told how far it was. */
  progressLines: number;
}

/** Lets a packaged service with little memory convert one large file, on a local AWS of its own. */
export async function runLarge(
  folder: string,
  service: string,
  { file, records }: LargeInput,
  { memory, timeout }: { memory: number; timeout: number },
): Promise<LargeReport> {
  const options = join(folder, 'options.json');
  writeFileSync(options, JSON.stringify(converterWork[service]!.options));
  const stacks = [
    await packageStack('event-bus'),
    await packageStack(service, {
      sourceBucket: 'landing',
      sourcePrefix: 'in/',
      outputBucket: 'lake',
      outputPrefix: 'out/',
      createBuckets: 'true',
      memory: String(memory),
      timeout: String(timeout),
      options,
    }),
  ];
  const stateDirectory = join(folder, 'state');
  rmSync(stateDirectory, { recursive: true, force: true });
  const { watch, ended, report } = watching();
  const aws = await startLocalAws({ stacks, stateDirectory, onEvent: watch });
  try {
    const place = join(stateDirectory, 's3/landing/in');
    mkdirSync(place, { recursive: true });
    const name = file.slice(file.lastIndexOf('/') + 1);
    linkSync(file, join(place, name));
    const end = await ended;
    return { service, input: name, bytes: statSync(file).size, memory, records, ...report, ...end };
  } finally {
    await aws.stop();
    rmSync(stateDirectory, { recursive: true, force: true });
  }
}

type End = Pick<LargeReport, 'end' | 'rows' | 'rejectedRows'>;

function watching() {
  const report = { peak: 0, invocations: 0, progressLines: 0 };
  const { promise: ended, resolve } = Promise.withResolvers<End>();
  let told: End | undefined;
  const watch = (activity: Activity) => {
    switch (activity.kind) {
      case 'function-invoked':
        report.invocations++;
        break;
      case 'function-log':
        if (activity.line.includes('"Step progress"')) report.progressLines++;
        break;
      case 'event-put':
        told = endOf(activity) ?? told;
        break;
      case 'function-completed':
        report.peak = Math.max(report.peak, activity.maxMemoryMb);
        // It has told before, and its figures come last.
        if (told) resolve(told);
        break;
      case 'function-failed':
        resolve({ end: `${activity.errorType}: ${activity.error}`, rows: 0, rejectedRows: 0 });
        break;
    }
  };
  return { watch, ended, report };
}

function endOf({ event }: Extract<Activity, { kind: 'event-put' }>): End | undefined {
  const {
    outcome,
    report,
    rows = 0,
    rejectedRows = 0,
  } = event.detail as Partial<End> & {
    outcome?: string;
    report?: { code: string };
  };
  const end = event['detail-type'] === 'Step Completed' ? outcome : report?.code;
  return end === undefined ? undefined : { end, rows, rejectedRows };
}
