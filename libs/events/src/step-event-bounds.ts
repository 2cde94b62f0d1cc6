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
 * Makes a detail fit `MAX_DETAIL_BYTES`: long texts and surplus notices are cut, then table schemas, then field names,
 * are left out, each named in `omitted`. Details that fit come back as they are.
 * Throws `BadDetail` `detail-too-large` if the list of outputs alone is too long: those are never dropped.
 */
export function boundDetail(detail: StepCompletedDetail): StepCompletedDetail;
export function boundDetail(detail: StepRejectedDetail): StepRejectedDetail;
export function boundDetail(detail: ResultDetail): ResultDetail {
  const bounded = cutTexts(detail);
  if (bytesOf(bounded) <= MAX_DETAIL_BYTES) return bounded;
  for (const part of ['schema', 'fields', 'dialect'] as const) {
    if (!('outputs' in bounded)) break;
    if (!bounded.outputs.some((output) => output[part] !== undefined)) continue;
    for (const [index, output] of bounded.outputs.entries()) {
      const { [part]: _left, ...kept } = output;
      bounded.outputs[index] = kept;
    }
    bounded.omitted = [...(bounded.omitted ?? []), `outputs.${part}`];
    if (bytesOf(bounded) <= MAX_DETAIL_BYTES) return bounded;
  }
  throw new BadDetail({
    code: 'detail-too-large',
    what: 'The detail of a step event does not fit into one PutEvents entry',
    expected: `<= ${MAX_DETAIL_BYTES} bytes`,
    got: `${bytesOf(bounded)} bytes`,
  });
}

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
