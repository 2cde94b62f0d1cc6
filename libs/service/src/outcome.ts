import type { Facts } from '@tributary/codec';
import {
  boundDetail,
  type PutEventsEntry,
  type StepCompletedDetail,
  type StepDocument,
  type StepFacts,
  type StepOutput,
  type StepTimings,
  stepCompleted,
  stepRejected,
} from '@tributary/events';
import type { Conversion } from './convert-object.ts';
import type { ColumnFigures, Figures } from './observation.ts';
import { outputPrefixOf } from './places.ts';
import type { Step } from './step.ts';

/** How a step ended. */
export type StepResult = Conversion | { outcome: 'skipped'; reason: string };

/** A result that ends the step. */
export type StepEnd = Exclude<StepResult, { outcome: 'handed-over' }>;

/** The one event that ends a step, and the figures that go with it. */
export interface OutcomeReport {
  entry: PutEventsEntry;
  figures: Pick<Figures, 'bytesOut' | 'rows' | 'rejectedRows' | 'driftChanges'>;
  /** Of the input, as far as they are known. */
  columns: readonly ColumnFigures[];
  outputs: StepOutput[];
}

/** Words a result as its event: `Step Rejected` for a rejected file, `Step Completed` for everything else. */
export function reportOutcome(step: Step, result: StepEnd, timings: StepTimings, bus: string): OutcomeReport {
  if (result.outcome === 'rejected') {
    const { what: message, code, expected, got, where } = result.error.fault;
    const detail = {
      ...step.detail,
      report: {
        code,
        message,
        ...(expected === undefined ? {} : { expected }),
        ...(got === undefined ? {} : { got }),
        ...(where === undefined ? {} : { where }),
      },
      rejectedRows: result.rejectedRows,
      ...(result.quarantine && { quarantine: result.quarantine }),
      ...tellFindings(result.documents, result.facts),
      timings,
    };
    return {
      entry: stepRejected.entry(boundDetail(detail), { bus }),
      figures: {
        bytesOut: 0,
        rows: 0,
        rejectedRows: result.rejectedRows,
        ...countDrift(result.facts),
      },
      columns: result.facts?.profile ?? [],
      outputs: [],
    };
  }
  const facts = 'report' in result ? result.report?.facts : undefined;
  const detail = completedDetail(step, result, timings);
  return {
    entry: stepCompleted.entry(boundDetail(detail), { bus }),
    figures: {
      bytesOut: detail.outputs.reduce((sum, { bytes }) => sum + bytes, 0),
      rows: detail.rows ?? 0,
      rejectedRows: detail.rejectedRows ?? 0,
      ...countDrift(facts),
    },
    columns: facts?.profile ?? [],
    outputs: detail.outputs,
  };
}

function completedDetail(
  step: Step,
  result: Exclude<StepEnd, { outcome: 'rejected' }>,
  timings: StepTimings,
): StepCompletedDetail {
  if (result.outcome === 'skipped' || result.outcome === 'superseded') {
    const { bucket, prefix } = step.envelope.output;
    const none = { output: { bucket, prefix }, outputs: [] };
    return { ...step.detail, ...none, timings, outcome: result.outcome, outcomeReason: result.reason };
  }
  const { outcome, outputs, manifest, output, schema, report, quarantine, documents } = result;
  return {
    ...step.detail,
    output: output ?? { bucket: step.envelope.output.bucket, prefix: outputPrefixOf(step) },
    timings,
    outcome,
    outputs,
    ...(manifest && { manifest }),
    ...(schema && { schema }),
    ...(report && { rows: report.rows, rejectedRows: report.rejected }),
    ...(quarantine && { quarantine }),
    ...(report && Object.keys(report.notices).length > 0 && { notices: report.notices }),
    ...tellFindings(documents, report?.facts),
  };
}

function tellFindings(
  documents: StepDocument[],
  facts: Facts | undefined,
): { documents?: StepDocument[]; facts?: StepFacts } {
  const { drift, profile } = facts ?? {};
  return {
    ...(documents.length > 0 && { documents }),
    ...(facts && {
      facts: { ...(drift && { drift: [...drift] }), ...(profile && { profile: [...profile] }) },
    }),
  };
}

function countDrift(facts: Facts | undefined): { driftChanges?: number } {
  const { drift } = facts ?? {};
  // Compared with two things, the same change counts twice.
  return drift ? { driftChanges: Math.max(0, ...drift.map(({ total }) => total)) } : {};
}
