import type { Random } from '../sample/random.ts';
/** Something that takes whatever comes. */
export interface Target {
  name: string;
  /** Makes an input. */
  make(random: Random): Buffer;
  /** Takes it; throws nothing but what a refusal is, which it catches itself. */
  take(input: Buffer): Promise<void> | void;
  close?(): Promise<void>;
}

/** A text and bytes as one input. */
export function join(head: unknown, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), body]);
}

/** What `join` has joined. */
export function part(input: Buffer): [head: unknown, body: Buffer] {
  const at = input.indexOf(10);
  return [JSON.parse(input.toString('utf8', 0, at)), input.subarray(at + 1)];
}
