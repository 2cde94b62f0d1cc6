import { type Converter, parseOptions, type SharedOptions, TributaryError } from '@tributary/codec';
import {
  isFolderMarker,
  type PutEventsEntry,
  stepHandedOver,
  stepStarted,
  workHandedOver,
} from '@tributary/events';
import { announce } from './announcer.ts';
import { build } from './build.ts';
import { type Clients, createClients } from './clients.ts';
import { type ConvertTools, convertObject, refused } from './convert-object.ts';
import { type InvocationContext, withDeadline } from './deadline.ts';
import { isPermanent } from './errors.ts';
import { hintsOf } from './hints.ts';
import type { ReadSettings } from './object-range.ts';
import type { WriteSettings } from './object-sink.ts';
import { countFailure, countFile, countOpen, logFor, measure, measureColumns } from './observation.ts';
import { reportOutcome, type StepResult } from './outcome.ts';
import { extensionsOf, placesOf } from './places.ts';
import { ProgressLog } from './progress-log.ts';
import { readOptions } from './referenced-options.ts';
import { findReferences } from './references.ts';
import { fingerprintOf, originOf } from './stamp.ts';
import { openStep, type Service, type Step } from './step.ts';
import { StepClock } from './step-clock.ts';
import { TimeBudget } from './time-budget.ts';

/** Knobs for tests and odd places; the defaults suit Lambda. */
export interface ServeSettings {
  clients?: Clients;
  /** Name or ARN of the Tributary bus; `TRIBUTARY_BUS` of the environment if left out. */
  bus?: string;
  read?: Partial<ReadSettings>;
  write?: Partial<WriteSettings>;
  splitEvery?: number;
  /** Milliseconds between two lines that tell how far a conversion is. */
  progressEvery?: number;
  /** Digest of the code; that of the bundle if left out. */
  build?: string;
}

/** What an invocation returns; Lambda shows it to a synchronous caller and to an OnSuccess destination. */
export interface StepSummary {
  run: string;
  /** `handed-over`: none yet; another invocation goes on. */
  outcome: StepResult['outcome'];
  /** As `s3://bucket/key`. */
  outputs: string[];
}

export type StepHandler = (payload: unknown, context: InvocationContext) => Promise<StepSummary>;

/**
 * Makes a Lambda handler of a converter. Bad input and bad options end as `Step Rejected`; the invocation then succeeds.
 * Whatever a retry may mend is thrown, and so is a payload that is no envelope.
 * @param service the name is the converter's if left out
 * @example `export const handler = serve(fixedWidthToTsv, { version: manifest.version });`
 */
export function serve<Options extends SharedOptions>(
  converter: Converter<Options>,
  service: Partial<Service> & Pick<Service, 'version'>,
  settings: ServeSettings = {},
): StepHandler {
  const clients = settings.clients ?? createClients();
  const identity: Service = { name: service.name ?? converter.name, version: service.version };

  return async (payload, context) => {
    const clock = new StepClock();
    const log = logFor(identity.name, { requestId: context.awsRequestId });
    let closed = (_failed: boolean) => {};
    try {
      return await withDeadline(context, async (signal) => {
        const step = openStep(payload, identity, invocationOf(context, clock, process.env));
        const given = step.envelope.handover;
        log.appendPersistentKeys(step.logKeys);
        if (given) clock.since(given.invocation.startedAt);
        clock.queuedSince(step.lineage.parentTime);
        closed = openCount(
          { service: identity.name, chain: step.detail.chain, step: step.detail.step },
          context,
        );
        log.info(given ? 'Step goes on' : 'Step started', {
          input: step.input,
          hop: step.lineage.hop,
          ...(given && { leg: given.leg }),
        });

        const bus = settings.bus ?? busOf(process.env);
        const publish = (...entries: PutEventsEntry[]) => announce(clients.eventBridge, entries, { signal });
        const warn = (message: string, about: object) => log.warn(message, { ...about });
        const tools = {
          ...settings,
          s3: clients.s3,
          signal,
          clock,
          warn,
          progress: new ProgressLog(
            (message, about) => log.info(message, { ...about }),
            step.input.bytes,
            settings.progressEvery,
          ),
          leg: {
            given,
            invocation: context.awsRequestId,
            budget: new TimeBudget(context, {
              bytes: step.input.bytes,
              memory: step.detail.invocation?.memory,
            }),
            publish: (next, progress) => {
              const { id, startedAt } = step.detail.invocation!;
              const handover = { ...next, invocation: { id, startedAt } };
              const envelope = { ...(payload as object), handover };
              return publish(
                stepHandedOver.entry({ ...step.detail, timings: clock.read(), progress }, { bus }),
                workHandedOver(identity.name).entry({ version: '1', envelope }, { bus: 'default' }),
              );
            },
          },
        } satisfies ConvertTools;
        const work = perform(converter, step, settings.build ?? build, tools);
        // Loading the other client takes a while on a cold start: the first bytes come first. The outcome waits for it.
        const told = Promise.race([clock.firstBytes, work.catch(() => {})]).then(async () => {
          if (!given) await publish(stepStarted.entry({ ...step.detail, timings: clock.read() }, { bus }));
        });
        const [result] = await allOrFirstFault(work, told);
        if (result.outcome === 'handed-over') {
          log.info('Step handed over', { leg: result.leg, bytesIn: result.bytesIn });
          closed(false);
          return { run: step.lineage.runId, outcome: result.outcome, outputs: [] };
        }

        const timings = clock.read();
        const { entry, figures, columns, outputs } = reportOutcome(step, result, timings, bus);
        await publish(entry);
        const { chain, step: name } = step.detail;
        const place = { service: identity.name, chain, step: name };
        log[result.outcome === 'rejected' ? 'warn' : 'info'](`Step ${result.outcome}`, {
          outcome: JSON.parse(entry.Detail),
        });
        measure(
          { ...place, outcome: result.outcome },
          { ...figures, bytesIn: step.input.bytes, milliseconds: timings.total },
        );
        // A repetition is no second file.
        if (result.outcome !== 'repeated') measureColumns(place, columns);
        if (result.outcome === 'completed' || result.outcome === 'rejected')
          countFile(place, result.outcome === 'rejected');
        closed(false);
        return {
          run: step.lineage.runId,
          outcome: result.outcome,
          outputs: outputs.map(({ bucket, key }) => `s3://${bucket}/${key}`),
        };
      });
    } catch (error) {
      // Lambda retries, and its OnFailure destination hears of it in the end.
      log.error('Step failed', {
        error: error as Error,
        ...(error instanceof TributaryError && { fault: { ...error.fault } }),
      });
      closed(true);
      throw error;
    }
  };
}

/** Counts an invocation as open until it is told to be closed. A minute is for the log to get where it is counted. */
function openCount(
  place: Parameters<typeof countOpen>[0],
  context: InvocationContext,
): (failed: boolean) => void {
  const due = new Date(Date.now() + context.getRemainingTimeInMillis() + 60_000);
  countOpen(place, 1, due);
  return (failed) => {
    countOpen(place, -1, due);
    if (failed) countFailure(place);
  };
}

/** The work itself. What can never succeed comes back as a result; what may succeed later is thrown. */
async function perform<Options extends SharedOptions>(
  converter: Converter<Options>,
  step: Step,
  build: string,
  tools: ConvertTools,
): Promise<StepResult> {
  const { input, lineage, envelope, detail } = step;
  if (isFolderMarker(input)) return { outcome: 'skipped', reason: 'folder-marker' };
  try {
    const options = parseOptions(converter, await readOptions(envelope, tools));
    const places = placesOf(step, extensionsOf(converter, options));
    const hints = hintsOf(lineage.described[0]);
    const references = await findReferences(converter.references?.(options) ?? {}, tools);
    const read = { input, options, hints, references: Object.values(references) };
    const stamp = {
      fingerprint: fingerprintOf({ ...read, service: detail.service, build }),
      sequencer: lineage.root.sequencer,
      origin: originOf([lineage.root, input]),
      run: lineage.runId,
    };
    const { sourcePrefix, root } = lineage;
    const moment = {
      time: root.time ?? lineage.parentTime,
      sequencer: root.sequencer,
      object: `s3://${root.bucket}/${root.key}`,
    };
    const metadata = metadataOf(step);
    const work = {
      converter,
      options,
      input,
      hints,
      metadata,
      places,
      stamp,
      references,
      moment,
      sourcePrefix,
    };
    return await convertObject(work, tools);
  } catch (error) {
    if (isPermanent(error)) return refused(error);
    throw error;
  }
}

/**
 * What an output says of where it comes from. It is the same for every delivery of an event, as the run is: a retry
 * writes the same bytes. No part of the fingerprint, or each run would be new work.
 */
function metadataOf({ lineage, input, detail: { chain, step, service } }: Step): Record<string, string> {
  return {
    'tributary.run': lineage.runId,
    'tributary.source': `s3://${input.bucket}/${input.key}`,
    'tributary.chain': chain,
    'tributary.step': step,
    'tributary.service': `${service.name}@${service.version}`,
  };
}

/** Like Promise.all, but leaves nothing running behind when it fails. */
async function allOrFirstFault<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second]);
  return await Promise.all([first, second]);
}

function invocationOf(context: InvocationContext, clock: StepClock, env: NodeJS.ProcessEnv) {
  const memory = Number(env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE);
  return { id: context.awsRequestId, startedAt: clock.startedAt, ...(memory > 0 && { memory }) };
}

function busOf(env: NodeJS.ProcessEnv): string {
  if (env.TRIBUTARY_BUS) return env.TRIBUTARY_BUS;
  throw new Error('TRIBUTARY_BUS is not set: the name or ARN of the bus that step events go to');
}
