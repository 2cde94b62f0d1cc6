import { sha1 } from './sha1.ts';

/** What makes two events belong to one step of one run. */
export interface StepPlace {
  chain: string;
  step: string;
  input: { bucket: string; key: string } | undefined;
  parentId: string;
}

/**
 * The id of a step within its run: 12 hexadecimal digits of chain, step and input object. So deliveries, retries and
 * replays come together, whatever woke them; without an input, what woke it stands for it.
 */
export function stepIdOf({ chain, step, input, parentId }: StepPlace): string {
  const subject = input === undefined ? [parentId] : [input.bucket, input.key];
  return sha1(new TextEncoder().encode(JSON.stringify([chain, step, ...subject]))).slice(0, 12);
}
