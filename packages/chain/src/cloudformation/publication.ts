import { createHash } from 'node:crypto';
import type { Chain, ChainStep } from '../chain-file/chain.ts';

/** Options that a rule has no room for, as an object of the bucket that the deployment uploads to. */
export interface Publication {
  /** Name, or `{ Ref }` to the bucket of the stack. */
  bucket: unknown;
  /** Ends in the digest: options of events under way stay as they were. */
  key: string;
  /** SHA-256 of `text`, hexadecimal. */
  digest: string;
  text: string;
}

/** Where a deployment uploads to. */
export interface UploadPlace {
  bucket: unknown;
  /** Ends in `/`. */
  prefix: string;
}

/** The options of a step as an object; the same options are the same object. */
export function publicationOf(
  { options }: Pick<ChainStep, 'options'>,
  { bucket, prefix }: UploadPlace,
): Publication {
  const text = JSON.stringify(options);
  const digest = createHash('sha256').update(text).digest('hex');
  return { bucket, key: `${prefix}options/${digest}.json`, digest, text };
}

/** Where Serverless uploads what belongs to a chain of ours, unless its serverless.yml says otherwise. */
export function usualUploads({ name, stage }: Pick<Chain, 'name' | 'stage'>): UploadPlace {
  return {
    bucket: { Ref: 'ServerlessDeploymentBucket' },
    prefix: `serverless/tributary-chain-${name}/${stage}/`,
  };
}
