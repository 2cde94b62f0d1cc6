import { STEP_SOURCE } from '@tributary/events';
import { functionOf, type RuleTarget, readEnvelopeTemplate } from './step-targets.ts';

/** A step as its rule has it, whether or not it has run yet. */
export interface DeployedStep {
  chain: string;
  step: string;
  /** The function, without its stage: the name of the service. */
  service: string;
  /** `chain/step` of those it comes after. */
  after: string[];
  /** `bucket/prefix` that S3 wakes it for. */
  sources: string[];
  /** `bucket/prefix` of its outputs. */
  output: string;
  options: Record<string, unknown>;
}

interface Pattern {
  source?: unknown[];
  detail?: {
    chain?: string[];
    step?: string[];
    bucket?: { name?: string[] };
    object?: { key?: unknown[] };
    requestPayload?: { chain?: string[]; step?: string[] };
  };
}

/** The steps that rules wake. */
export function deployedSteps(targets: readonly RuleTarget[]): DeployedStep[] {
  return targets.flatMap(({ arn, template, pattern }) => {
    const fixed = readEnvelopeTemplate(template);
    if (fixed === undefined || pattern === undefined) return [];
    const output = fixed.output as { bucket?: string; prefix?: string } | undefined;
    return [
      {
        chain: fixed.chain,
        step: fixed.step,
        service: functionOf(arn).replace(/^tributary-[^-]+-/, ''),
        ...wakersOf(JSON.parse(pattern) as Pattern),
        output: `${output?.bucket ?? ''}/${output?.prefix ?? ''}`,
        options: fixed.options ?? {},
      },
    ];
  });
}

function wakersOf({ source = [], detail = {} }: Pattern): Pick<DeployedStep, 'after' | 'sources'> {
  if (source.includes('aws.s3')) {
    const prefixes = prefixesOf(detail.object?.key ?? []);
    const buckets = detail.bucket?.name ?? [];
    return {
      after: [],
      sources: buckets.flatMap((bucket) => prefixes.map((prefix) => `${bucket}/${prefix}`)),
    };
  }
  const { chain = [], step = [] } = source.includes(STEP_SOURCE) ? detail : (detail.requestPayload ?? {});
  return { after: chain.flatMap((one) => step.map((name) => `${one}/${name}`)), sources: [] };
}

/** What keys begin with, as far as the pattern says; everything otherwise. */
function prefixesOf(keys: readonly unknown[]): string[] {
  const prefixes = keys.map((key) => {
    if (typeof key === 'string') return key;
    const { prefix, wildcard } = key as { prefix?: unknown; wildcard?: unknown };
    if (typeof prefix === 'string') return prefix;
    return typeof wildcard === 'string' ? wildcard.split('*')[0]! : '';
  });
  return prefixes.length === 0 ? [''] : [...new Set(prefixes)];
}
