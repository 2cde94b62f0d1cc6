import type { IncomingMessage } from 'node:http';
import { AwsChunkedDecoder } from './aws-chunked.ts';
import type { BodyFile, StagedFile } from './body-file.ts';
import { invalidChecksum, type Promised, readPromise } from './body-promise.ts';
import { type ChecksumAlgorithm, checksumHeader, isDigest } from './checksums.ts';
import { S3Error } from './errors.ts';
import { type Digests, hashBytes } from './hashing.ts';
import type { Payload } from './sigv4.ts';
import type { Staging } from './staging.ts';

/** A body that is on disk and is what its sender says. */
export interface TakenBody {
  file: StagedFile;
  /** hex */
  md5: string;
  checksum: { algorithm: ChecksumAlgorithm /** base64 */; value: string };
}

export interface BodyWish {
  /** The checksum to keep where the sender names none, or, if `always`, whatever it names. */
  algorithm: ChecksumAlgorithm;
  always?: boolean;
  /** Bytes at most. */
  limit: number;
  /** A file to write into, rather than one of its own; asked once the length is known. */
  place?(size: number): { path: string; offset: number } | undefined;
}

/**
 * Takes the body of a request to disk and holds it against all that was said of it: length, payload hash, chunk signatures,
 * Content-MD5, checksum header or trailer. Leaves no file behind if it throws.
 * @throws S3Error BadDigest, IncompleteBody, XAmzContentSHA256Mismatch, SignatureDoesNotMatch, EntityTooLarge, ...
 */
export async function takeBody(
  request: IncomingMessage,
  payload: Payload,
  staging: Staging,
  wish: BodyWish,
): Promise<TakenBody> {
  const promised = readPromise(request, payload, 'body');
  if (promised.size > wish.limit) {
    throw new S3Error('EntityTooLarge', { ProposedSize: promised.size, MaxSizeAllowed: wish.limit });
  }
  const algorithm = wish.always ? wish.algorithm : (promised.algorithm ?? wish.algorithm);
  const names = new Set<ChecksumAlgorithm>(['MD5', algorithm]);
  if (promised.algorithm) names.add(promised.algorithm);
  if (payload.kind === 'hashed') names.add('SHA256');
  const body = staging.begin([...names], promised.size, wish.place?.(promised.size));
  try {
    const trailers = await receive(request, payload, body, promised.size);
    const { file, digests } = await body.finish();
    const value = base64(digests, algorithm);
    verify(promised, trailers, payload, digests);
    return { file, md5: (digests.get('MD5') as Buffer).toString('hex'), checksum: { algorithm, value } };
  } catch (error) {
    await body.abandon();
    throw error;
  }
}

/**
 * Reads a short body into memory, verified just the same.
 * @param about `object` where checksum headers speak of the object, not of this body
 * @throws S3Error MalformedXML if it is longer than `limit`
 */
export async function readText(
  request: IncomingMessage,
  payload: Payload,
  limit: number,
  about: 'body' | 'object' = 'body',
): Promise<string> {
  const promised = readPromise(request, payload, about);
  if (promised.size > limit) throw new S3Error('MalformedXML');
  const chunks: Buffer[] = [];
  const sink = {
    size: 0,
    write(bytes: Uint8Array) {
      chunks.push(Buffer.from(bytes));
      return undefined;
    },
  };
  const trailers = await receive(request, payload, sink, promised.size);
  const names: ChecksumAlgorithm[] = ['MD5', 'SHA256'];
  if (promised.algorithm) names.push(promised.algorithm);
  const bytes = Buffer.concat(chunks);
  verify(promised, trailers, payload, hashBytes(names, bytes));
  return bytes.toString();
}

/** Passes the body on, decoded. @returns its trailers */
async function receive(
  request: IncomingMessage,
  payload: Payload,
  sink: Pick<BodyFile, 'write' | 'size'>,
  size: number,
): Promise<Map<string, string>> {
  const trailers = new Map<string, string>();
  let taken = 0;
  let wait: Promise<void> | undefined;
  const take = (bytes: Buffer) => {
    taken += bytes.length;
    if (taken > size) throw incomplete(size, taken);
    // One piece of the network may hold several chunks: each must wait for the one before.
    wait = wait ? wait.then(() => sink.write(bytes)) : sink.write(bytes);
  };
  const decoder = payload.kind === 'chunked' ? decode(payload, take, trailers) : undefined;
  await flow(
    request,
    (bytes) => {
      wait = undefined;
      if (decoder) decoder.push(bytes);
      else take(bytes);
      return wait;
    },
    () => incomplete(size, taken),
  );
  decoder?.end();
  if (payload.kind === 'chunked') payload.chain?.end();
  if (taken !== size) throw incomplete(size, taken);
  return trailers;
}

/**
 * Gives each piece of a body to `take`, and waits where that says so. An iterator would cost more than all else that happens
 * here to a byte on this thread, and would cut the connection where `take` throws: the client must still get its answer.
 */
function flow(
  request: IncomingMessage,
  take: (bytes: Buffer) => Promise<void> | undefined,
  breakOff: () => S3Error,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let waiting = false;
    let ended = false;
    const settle = (error?: unknown) => {
      request.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone);
      if (error === undefined) resolve();
      else reject(error);
    };
    const onEnd = () => {
      ended = true;
      if (!waiting) settle();
    };
    const onGone = () => {
      if (!ended) settle(breakOff());
    };
    const onData = (bytes: Buffer) => {
      try {
        const wait = take(bytes);
        if (!wait) {
          release(bytes);
          return;
        }
        waiting = true;
        request.pause();
        wait.then(() => {
          release(bytes);
          waiting = false;
          if (ended) settle();
          else request.resume();
        }, settle);
      } catch (error) {
        settle(error);
      }
    };
    if (request.destroyed) {
      reject(breakOff());
      return;
    }
    request.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone);
  });
}

/**
 * Gives the memory of a piece back. Left to the collector, pieces pile up until it looks through the whole heap for them: at this
 * pace a fifth of all the work.
 */
function release({ buffer, byteLength }: Buffer): void {
  // One that is part of a pool has other users.
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}

function decode(
  {
    chain,
  }: {
    chain:
      | {
          update(bytes: Buffer): void;
          endChunk(signature: string | undefined): void;
          trailer(name: string, value: string): void;
        }
      | undefined;
  },
  take: (bytes: Buffer) => void,
  trailers: Map<string, string>,
): AwsChunkedDecoder {
  return new AwsChunkedDecoder({
    data(bytes) {
      chain?.update(bytes);
      take(bytes);
    },
    chunkEnd: (signature) => chain?.endChunk(signature),
    trailer(name, value) {
      if (trailers.size >= 16)
        throw new S3Error('IncompleteBody', {}, 'The aws-chunked body has too many trailers');
      chain?.trailer(name, value);
      trailers.set(name, value);
    },
  });
}

function verify(promised: Promised, trailers: Map<string, string>, payload: Payload, digests: Digests): void {
  if (payload.kind === 'hashed') {
    const sha256 = (digests.get('SHA256') as Buffer).toString('hex');
    if (sha256 !== payload.sha256) {
      throw new S3Error('XAmzContentSHA256Mismatch', {
        ClientComputedContentSHA256: payload.sha256,
        S3ComputedContentSHA256: sha256,
      });
    }
  }
  if (promised.contentMd5 !== undefined && promised.contentMd5 !== base64(digests, 'MD5')) {
    throw new S3Error(
      'BadDigest',
      { ExpectedDigest: promised.contentMd5, CalculatedDigest: base64(digests, 'MD5') },
      'The Content-MD5 you specified did not match what we received.',
    );
  }
  const { algorithm } = promised;
  if (!algorithm) return;
  const value = promised.trailing ? trailers.get(checksumHeader(algorithm)) : promised.value;
  if (value === undefined)
    throw new S3Error('IncompleteBody', {}, `The trailer ${checksumHeader(algorithm)} is missing`);
  if (!isDigest(algorithm, value)) throw invalidChecksum(algorithm);
  if (value !== base64(digests, algorithm)) {
    throw new S3Error(
      'BadDigest',
      {},
      `The ${algorithm} you specified did not match the calculated checksum.`,
    );
  }
}

function base64(digests: Digests, name: ChecksumAlgorithm): string {
  return (digests.get(name) as Buffer).toString('base64');
}

function incomplete(expected: number, got: number): S3Error {
  return new S3Error('IncompleteBody', { NumberBytesExpected: expected, NumberBytesProvided: got });
}
