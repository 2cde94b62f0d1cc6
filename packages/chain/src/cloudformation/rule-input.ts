import { type EnvelopeInput, envelopeTemplate } from '@tributary/events';
import { MAX_TEMPLATE } from '@tributary/events/target-input';
import { hideVariables } from '@tributary/service/deployment';
import type { ChainStep } from '../chain-file/chain.ts';
import type { ChainGraph } from '../graph.ts';
import { type Publication, publicationOf, type UploadPlace } from './publication.ts';

/** Longest name that S3 gives a bucket: counted where the name is not known yet. */
const maxBucketName = 63;

/** What a rule hands to the function of its step. */
export interface RuleInput {
  template: unknown;
  /** The options as an object of their own, if they do not fit into the template. */
  publication?: Publication;
}

/** Of every step of a chain. */
export function ruleInputs(graph: ChainGraph, uploads: UploadPlace): Map<ChainStep, RuleInput> {
  return new Map(graph.steps.map((step) => [step, ruleInput(graph, step, uploads)]));
}

function ruleInput({ chain, inputOf }: ChainGraph, step: ChainStep, uploads: UploadPlace): RuleInput {
  const fixed: Omit<EnvelopeInput, 'event'> = {
    chain: chain.name,
    step: step.name,
    options: step.options,
    output: step.output,
    ...sourceOf(step, inputOf(step).prefix),
  };
  const inline = hideVariables(envelopeTemplate(fixed));
  if (inline.length <= MAX_TEMPLATE) return { template: inline };

  const publication = publicationOf(step, uploads);
  const { bucket, key, digest } = publication;
  if (typeof bucket === 'string') {
    const optionsRef = { bucket, key, digest };
    return { template: hideVariables(envelopeTemplate({ ...fixed, options: {}, optionsRef })), publication };
  }
  // No bucket may be called so, and nothing that a chain.yml holds reaches the reference.
  const standIn = '-'.repeat(maxBucketName);
  const optionsRef = { bucket: standIn, key, digest };
  const text = hideVariables(envelopeTemplate({ ...fixed, options: {}, optionsRef }));
  const mark = `"optionsRef":{"bucket":"${standIn}`;
  const at = text.indexOf(mark) + mark.length;
  return {
    template: { 'Fn::Join': ['', [text.slice(0, at - maxBucketName), bucket, text.slice(at)]] },
    publication,
  };
}

/** Where a completed step has told where its outputs lie, the service goes by that. */
function sourceOf({ after }: ChainStep, prefix: string): Pick<EnvelopeInput, 'source'> {
  if (after?.outcome === 'completed' || after?.outcome === 'failed') return {};
  return { source: { prefix } };
}
