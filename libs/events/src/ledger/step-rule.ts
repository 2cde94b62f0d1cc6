import * as z from 'zod';
import { envelope } from '../envelope.ts';
import { STEP_SOURCE } from '../step-events.ts';

/** A rule's target, as far as it tells of a step. */
export interface RuleTarget {
  /** JSON. */
  pattern?: string | undefined;
  /** InputTemplate of the target. */
  template?: string | undefined;
}

/** A step as its rule has it, whether or not it has run yet. */
export interface StepRule {
  chain: string;
  step: string;
  /** `chain/step` of those it comes after. */
  after: string[];
  /** `bucket/prefix` that S3 wakes it for. */
  sources: string[];
  /** `bucket/prefix` of its outputs. */
  output: string;
  options: Record<string, unknown>;
  /** Where the rest of the options lies, if a rule has no room for it. */
  optionsRef?: { bucket: string; key: string } | undefined;
}

const eventVariable = '<aws.events.event.json>';
const fixedPart = envelope.omit({ event: true });

const names = z.array(z.string()).default([]);
const place = z.object({ chain: names, step: names });
const patternParts = z.object({
  source: names,
  detail: place
    .extend({
      bucket: z.object({ name: names }).optional(),
      object: z.object({ key: z.array(z.unknown()).default([]) }).optional(),
      requestPayload: place.optional(),
    })
    .optional(),
});

/** The step that a target wakes; undefined if its template makes no envelope. */
export function readStepRule({ pattern = '{}', template = '' }: RuleTarget): StepRule | undefined {
  const fixed = fixedPart.safeParse(parse(template.replace(eventVariable, 'null')));
  if (!fixed.success || !template.includes(eventVariable)) return undefined;
  const { chain, step, output, options, optionsRef } = fixed.data;
  return {
    chain,
    step,
    ...wakersOf(parse(pattern)),
    output: `${output.bucket}/${output.prefix}`,
    options,
    ...(optionsRef && { optionsRef }),
  };
}

function wakersOf(pattern: unknown): Pick<StepRule, 'after' | 'sources'> {
  const parsed = patternParts.safeParse(pattern);
  if (!parsed.success) return { after: [], sources: [] };
  const { source, detail } = parsed.data;
  if (source.includes('aws.s3')) {
    const prefixes = prefixesOf(detail?.object?.key ?? []);
    const buckets = detail?.bucket?.name ?? [];
    return {
      after: [],
      sources: buckets.flatMap((bucket) => prefixes.map((prefix) => `${bucket}/${prefix}`)),
    };
  }
  const { chain = [], step = [] } = (source.includes(STEP_SOURCE) ? detail : detail?.requestPayload) ?? {};
  return { after: chain.flatMap((one) => step.map((name) => `${one}/${name}`)), sources: [] };
}

/** What keys begin with, as far as the pattern says; everything otherwise. */
function prefixesOf(keys: readonly unknown[]): string[] {
  const prefixes = keys.map((key) => {
    if (typeof key === 'string') return key;
    const { prefix, wildcard } = (key ?? {}) as { prefix?: unknown; wildcard?: unknown };
    if (typeof prefix === 'string') return prefix;
    return typeof wildcard === 'string' ? wildcard.split('*')[0]! : '';
  });
  return prefixes.length === 0 ? [''] : [...new Set(prefixes)];
}

/** Whoever writes rules may write anything into them. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
