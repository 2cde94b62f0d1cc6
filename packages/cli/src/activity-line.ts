import type { Activity, AwsEvent } from '@tributary/local';
import { bytes, count } from './quantities.ts';

/**
 * One line about something that happened; undefined for what only matters when looking closely.
 * @example `12:00:01.250  s3        Object Created landing/in/drives.txt.gz (1.0 MB)`
 */
export function describeActivity(activity: Activity, verbose: boolean): string | undefined {
  if (!verbose && isRoutineOfLedger(activity)) return undefined;
  const told = describe(activity, verbose);
  if (!told) return undefined;
  const time = new Date(activity.at).toISOString().slice(11, 23);
  const line = `${time}  ${told[0].padEnd(8)}  ${told[1]}`;
  return verbose && activity.kind === 'event-put'
    ? `${line}\n${JSON.stringify(activity.event, null, 2)}`
    : line;
}

function describe(activity: Activity, verbose: boolean): [string, string] | undefined {
  switch (activity.kind) {
    case 'stack-deployed':
    case 'stack-updated':
    case 'stack-removed':
      return ['stack', `${activity.stack} ${activity.kind.slice(6)}, ${activity.resources} resources`];
    case 'stack-failed':
      return ['stack', `${activity.stack} failed: ${activity.error} [${activity.code}]`];
    case 'object-event': {
      const size = activity.size === undefined ? '' : ` (${bytes(activity.size)})`;
      return ['s3', `${activity.detailType} ${activity.bucket}/${activity.key}${size}`];
    }
    case 'event-put':
      return [
        'event',
        activity.source === 'tributary'
          ? describeStep(activity.event)
          : `${activity.detailType} from ${activity.source} on ${activity.bus}`,
      ];
    case 'rule-matched':
      return ['rule', `${activity.rule} -> ${activity.targets.map(shortName).join(', ')}`];
    case 'delivery-retried':
      return [
        'rule',
        `${activity.rule} -> ${shortName(activity.target)}: attempt ${activity.attempt} failed: ${activity.error}`,
      ];
    case 'delivery-failed':
      return [
        'rule',
        `${activity.rule} -> ${shortName(activity.target)}: given up: ${activity.errorCode}: ${activity.error}`,
      ];
    case 'dead-lettered':
      return ['queue', `${activity.queue} got what ${activity.source} could not deliver: ${activity.error}`];
    case 'replay-changed': {
      const why = activity.error ? `: ${activity.error}` : '';
      return ['replay', `${activity.replay} of ${activity.archive} ${activity.state.toLowerCase()}${why}`];
    }
    case 'function-invoked':
      return verbose ? ['lambda', `${activity.function} invoked, ${activity.requestId}`] : undefined;
    case 'function-completed':
      return [
        'lambda',
        `${activity.function} done in ${Math.round(activity.durationMs)} ms, ${Math.round(activity.maxMemoryMb)} MB`,
      ];
    case 'function-failed':
      return [
        'lambda',
        `${activity.function} failed, attempt ${activity.attempt}: ${activity.errorType}: ${activity.error}`,
      ];
    case 'function-retried':
      return ['lambda', `${activity.function} again in ${Math.round(activity.delayMs / 1000)} s`];
    case 'function-gave-up':
      return [
        'lambda',
        `${activity.function} given up after ${activity.attempts} attempts: ${activity.condition}`,
      ];
    case 'function-log':
      return verbose ? ['log', `${activity.function}: ${activity.line}`] : undefined;
    case 'destination-sent':
      return [
        'lambda',
        `${activity.function}: ${activity.condition} told to ${shortName(activity.destination)}`,
      ];
    case 'destination-failed':
      return [
        'lambda',
        `${activity.function}: ${shortName(activity.destination)} not reached: ${activity.error}`,
      ];
    case 'request-refused':
      if (!verbose && isQuestion(activity.error)) return undefined;
      return ['refused', `${activity.service} ${activity.operation}: ${activity.code}: ${activity.error}`];
  }
}

/** The ledger hears of everything and the console asks it every second: what goes well there is no news. */
function isRoutineOfLedger(activity: Activity): boolean {
  const ledger = /^tributary-.+-run-ledger(-|$)/;
  if (activity.kind === 'rule-matched') return ledger.test(activity.rule);
  return activity.kind === 'function-completed' && ledger.test(activity.function);
}

/** A deploy asks whether a thing is there and whether there is something to change; that "no" is no fault. */
function isQuestion(error: string): boolean {
  return /does not exist|not found|No updates are to be performed/.test(error);
}

/** What the outcome of a step says, as far as it says it. */
function describeStep({ 'detail-type': detailType, detail }: AwsEvent): string {
  const { chain, step, rows, rejectedRows, outcome, outputs, report } = detail as {
    chain?: string;
    step?: string;
    rows?: number;
    rejectedRows?: number;
    outcome?: string;
    outputs?: { bucket: string; key: string }[];
    report?: { code: string; message: string };
  };
  const facts = [
    outcome === undefined || outcome === 'completed' ? '' : outcome,
    rows === undefined ? '' : count(rows, 'row'),
    rejectedRows ? `${count(rejectedRows, 'row')} rejected` : '',
    outputs?.length ? `-> ${outputs.map(({ bucket, key }) => `${bucket}/${key}`).join(', ')}` : '',
    report ? `${report.message} [${report.code}]` : '',
  ].filter(Boolean);
  return [`${detailType}: ${chain}/${step}`, ...facts].join(', ');
}

/** `function:x` for `arn:aws:lambda:us-east-1:000000000000:function:x`. */
function shortName(arn: string): string {
  return arn.startsWith('arn:') ? arn.split(':').slice(5).join(':') : arn;
}
