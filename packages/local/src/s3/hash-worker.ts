import { parentPort } from 'node:worker_threads';
import { createDigest, type Digest, type DigestName } from './checksums.ts';

/** To the worker: begin, hash a block, give the digests, or forget the stream. */
export type HashOrder =
  | { stream: number; begin: DigestName[] }
  | { stream: number; block: SharedArrayBuffer; length: number }
  | { stream: number; end: 'digest' | 'forget' };

/** From the worker: a block may be reused, or the digests. */
export type HashReport = { stream: number; digests?: Record<string, Uint8Array> };

const streams = new Map<number, [DigestName, Digest][]>();
const port = parentPort;

port?.on('message', (order: HashOrder) => {
  const { stream } = order;
  if ('begin' in order) {
    streams.set(
      stream,
      order.begin.map((name) => [name, createDigest(name)]),
    );
    return;
  }
  const digests = streams.get(stream) ?? [];
  if ('block' in order) {
    const bytes = new Uint8Array(order.block, 0, order.length);
    for (const [, digest] of digests) digest.update(bytes);
    port.postMessage({ stream } satisfies HashReport);
    return;
  }
  streams.delete(stream);
  if (order.end === 'forget') return;
  const report = Object.fromEntries(digests.map(([name, digest]) => [name, new Uint8Array(digest.digest())]));
  port.postMessage({ stream, digests: report } satisfies HashReport);
});
