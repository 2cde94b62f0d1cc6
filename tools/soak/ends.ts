import type { Activity, AwsEvent } from '@tributary/local';
import * as z from 'zod';

/** How a step can end for one input. */
export type End = 'completed' | 'rejected' | 'superseded' | 'skipped' | 'dead-letter';

/** What was told of one step of one input: `root` is the object at its head, in one of its versions. */
export interface StepEnds {
  step: string;
  root: { key: string; sequencer: string };
  ends: Set<End>;
  /** Codes of its rejections. */
  codes: Set<string>;
  /** Rows out, and those together with rejected rows, as completions told them; one, if all is well. */
  rows: Map<number, number>;
}

/** An object that landed, as S3 told of it. */
export interface Landed {
  key: string;
  sequencer: string;
}

const root = z.object({ key: z.string(), sequencer: z.string() });
const s3Detail = z.object({ object: root });
const stepDetail = z.object({
  step: z.string(),
  root,
  outcome: z.string().optional(),
  rows: z.number().optional(),
  rejectedRows: z.number().optional(),
  report: z.object({ code: z.string() }).optional(),
});
const failureDetail = z.object({
  requestPayload: z.object({
    step: z.string(),
    event: z.object({
      detail: z.union([
        s3Detail,
        stepDetail,
        z.object({
          requestPayload: z.object({ event: z.object({ detail: z.union([s3Detail, stepDetail]) }) }),
        }),
      ]),
    }),
  }),
});

/** Reads off the events how every input ended in every step. */
export class Ends {
  readonly landed = new Map<string, Landed>();
  readonly steps = new Map<string, StepEnds>();
  /** Everything that the bus was told of steps, by the events' ids. */
  readonly told = new Map<string, AwsEvent>();

  readonly listen = (activity: Activity): void => {
    if (activity.kind === 'event-put') this.#take(activity.event);
    else if (activity.kind === 'object-event' && activity.detailType === 'Object Created') {
      const { bucket, key, sequencer = '' } = activity;
      if (bucket === 'landing') this.landed.set(`${sequencer} ${key}`, { key, sequencer });
    }
  };

  of(step: string, { key, sequencer }: Landed): StepEnds | undefined {
    return this.steps.get(`${step} ${sequencer} ${key}`);
  }

  /** The last version of a key that landed. */
  latest(key: string): Landed | undefined {
    return [...this.landed.values()]
      .filter((one) => one.key === key)
      .reduce<Landed | undefined>(
        (last, one) => (last && last.sequencer > one.sequencer ? last : one),
        undefined,
      );
  }

  #take(event: AwsEvent): void {
    const { 'detail-type': type, detail } = event;
    if (/^Step |Invocation Result/.test(type)) this.told.set(event.id, event);
    if (type === 'Step Completed' || type === 'Step Rejected') {
      const { step, root, outcome, rows, rejectedRows = 0, report } = stepDetail.parse(detail);
      const entry = this.#entry(step, root);
      entry.ends.add(type === 'Step Rejected' ? 'rejected' : endOf(outcome));
      if (report) entry.codes.add(report.code);
      if (type === 'Step Completed' && rows !== undefined) entry.rows.set(rows, rows + rejectedRows);
    } else if (type === 'Lambda Function Invocation Result - Failure') {
      const { step, event } = failureDetail.parse(detail).requestPayload;
      this.#entry(step, rootOf(event.detail)).ends.add('dead-letter');
    }
  }

  #entry(step: string, { key, sequencer }: Landed): StepEnds {
    const name = `${step} ${sequencer} ${key}`;
    let entry = this.steps.get(name);
    if (!entry) {
      entry = { step, root: { key, sequencer }, ends: new Set(), codes: new Set(), rows: new Map() };
      this.steps.set(name, entry);
    }
    return entry;
  }
}

type Woken = z.infer<typeof failureDetail>['requestPayload']['event']['detail'];

/** The root object, whether S3, a step or the failure of a step woke who failed. */
function rootOf(detail: Woken): Landed {
  if ('requestPayload' in detail) return rootOf(detail.requestPayload.event.detail as Woken);
  return 'root' in detail ? detail.root : detail.object;
}

function endOf(outcome: string | undefined): End {
  return outcome === 'superseded' || outcome === 'skipped' ? outcome : 'completed';
}
