import { BadDetail } from './errors.ts';
import type { StepCompletedDetail, StepRejectedDetail } from './step-events.ts';

/**
 * UTF-8 bytes of a step event's detail. PutEvents takes 256 KB an entry, but the event then travels inside an envelope
 * with options, and that inside Lambda's failure record, each under the same limit: half of it is left to them.
 */
export const MAX_DETAIL_BYTES = 128 * 1024;

type ResultDetail = StepCompletedDetail | StepRejectedDetail;

const MAX_TEXT = 4096;
const MAX_NOTICES = 100;

/**
 * Makes a detail fit `MAX_DETAIL_BYTES`: long texts and surplus notices are cut, then most frequent values of the profile, the
 * profile, the schema's descriptor, names of fields, dialects and the changes of drift are left out, and in the end, where a manifest lists them, the outputs: all or none, and each part
 * named in `omitted`. Details that fit come back as they are.
 * Throws `BadDetail` `detail-too-large` if that is not enough.
 */
export function boundDetail(detail: StepCompletedDetail): StepCompletedDetail;
export function boundDetail(detail: StepRejectedDetail): StepRejectedDetail;
export function boundDetail(detail: ResultDetail): ResultDetail {
  const bounded = cutTexts(detail);
  for (const { name, cut } of [{ name: '', cut: () => true }, ...cuts]) {
    if (!cut(bounded)) continue;
    if (name !== '') bounded.omitted = [...(bounded.omitted ?? []), name];
    if (bytesOf(bounded) <= MAX_DETAIL_BYTES) return bounded;
  }
  throw new BadDetail({
    code: 'detail-too-large',
    what: 'The detail of a step event does not fit into one PutEvents entry',
    expected: `<= ${MAX_DETAIL_BYTES} bytes`,
    got: `${bytesOf(bounded)} bytes`,
  });
}

/** What is left out, in this order; each says whether there was anything. */
const cuts: { name: string; cut: (detail: ResultDetail) => boolean }[] = [
  {
    name: 'facts.profile.top',
    cut({ facts }) {
      if (!facts?.profile?.some(({ top }) => top !== undefined)) return false;
      for (const column of facts.profile) delete column.top;
      return true;
    },
  },
  {
    name: 'facts.profile',
    cut({ facts }) {
      if (facts?.profile === undefined) return false;
      delete facts.profile;
      return true;
    },
  },
  {
    name: 'schema.descriptor',
    cut({ schema }) {
      if (schema?.descriptor === undefined) return false;
      delete schema.descriptor;
      return true;
    },
  },
  ...(['fields', 'dialect'] as const).map((part) => ({
    name: `outputs.${part}`,
    cut(detail: ResultDetail) {
      if (!('outputs' in detail) || !detail.outputs.some((output) => output[part] !== undefined))
        return false;
      for (const output of detail.outputs) delete output[part];
      return true;
    },
  })),
  {
    name: 'facts.drift.changes',
    cut({ facts }) {
      if (!facts?.drift?.some(({ changes }) => changes !== undefined)) return false;
      for (const drift of facts.drift) delete drift.changes;
      return true;
    },
  },
  {
    name: 'outputs',
    cut(detail) {
      // Some of them would pass for all of them.
      if (!('outputs' in detail) || detail.manifest === undefined) return false;
      detail.outputs = [];
      return true;
    },
  },
];

function cutTexts(detail: ResultDetail): ResultDetail {
  const copy = structuredClone(detail);
  const omitted: string[] = [];
  if ('report' in copy) {
    for (const field of ['message', 'expected', 'got'] as const) {
      const text = copy.report[field];
      if (text === undefined || text.length <= MAX_TEXT) continue;
      copy.report[field] = `${text.slice(0, MAX_TEXT - 1).toWellFormed()}…`;
      omitted.push(`report.${field}`);
    }
  }
  const notices = Object.entries(copy.notices ?? {});
  if (notices.length > MAX_NOTICES) {
    copy.notices = Object.fromEntries(notices.slice(0, MAX_NOTICES));
    omitted.push('notices');
  }
  if (omitted.length > 0) copy.omitted = [...(copy.omitted ?? []), ...omitted];
  return copy;
}

function bytesOf(detail: unknown): number {
  return new TextEncoder().encode(JSON.stringify(detail)).length;
}
