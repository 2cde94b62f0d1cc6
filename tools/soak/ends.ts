import type { Activity, AwsEvent } from '@tributary/local';
import * as z from 'zod';

/** How a step can end for one input. */
export type End = 'completed' | 'rejected' | 'superseded' | 'skipped' | 'dead-letter';

/** What was told of one step of one input: `root` is the object at its head, in one of its versions. */
export interface StepEnds {
  step: string;
  root: { key: string; sequencer: string };
  ends: Set<End>;
  /** Sums of rows and rejected rows that completions told; one, if all is well. */
  rows: Set<number>;
}

/** An object that landed, as S3 told of it. */
export interface Landed {
  key: string;
  sequencer: string;
}

const root = z.object({ key: z.string(), sequencer: z.string() });
const s3Detail = z.object({ object: root });
const stepDetail = z.object({
  chain: z.string(),
  root,
  outcome: z.string().optional(),
  rows: z.number().optional(),
  rejectedRows: z.number().optional(),
});
const failureDetail = z.object({
  requestPayload: z.object({
    chain: z.string(),
    event: z.object({ detail: z.union([s3Detail, stepDetail]) }),
  }),
});

/** Reads off the events how every input ended in every step. */
export class Ends {
  readonly landed = new Map<string, Landed>();
  readonly steps = new Map<string, StepEnds>();

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

  #take({ 'detail-type': type, detail }: AwsEvent): void {
    if (type === 'Step Completed' || type === 'Step Rejected') {
      const { chain, root, outcome, rows, rejectedRows = 0 } = stepDetail.parse(detail);
      const entry = this.#entry(chain, root);
      entry.ends.add(type === 'Step Rejected' ? 'rejected' : endOf(outcome));
      if (type === 'Step Completed' && rows !== undefined) entry.rows.add(rows + rejectedRows);
    } else if (type === 'Lambda Function Invocation Result - Failure') {
      const { chain, event } = failureDetail.parse(detail).requestPayload;
      this.#entry(chain, 'root' in event.detail ? event.detail.root : event.detail.object).ends.add(
        'dead-letter',
      );
    }
  }

  #entry(step: string, { key, sequencer }: Landed): StepEnds {
    const name = `${step} ${sequencer} ${key}`;
    let entry = this.steps.get(name);
    if (!entry) {
      entry = { step, root: { key, sequencer }, ends: new Set(), rows: new Set() };
      this.steps.set(name, entry);
    }
    return entry;
  }
}

function endOf(outcome: string | undefined): End {
  return outcome === 'superseded' || outcome === 'skipped' ? outcome : 'completed';
}
