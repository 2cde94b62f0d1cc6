import { createHash, type KeyObject } from 'node:crypto';
import { S3Error } from './errors.ts';
import { algorithm, hmac, sameText, sha256 } from './signing.ts';

const emptySha256 = sha256('');

/** Signatures of the chunks of a body, each made over the one before. */
export class ChunkChain {
  #key: KeyObject;
  #timestamp: string;
  #scope: string;
  #previous: string;
  #hash = createHash('sha256');
  #trailers: string[] = [];

  constructor(key: KeyObject, timestamp: string, scope: string, seed: string) {
    this.#key = key;
    this.#timestamp = timestamp;
    this.#scope = scope;
    this.#previous = seed;
  }

  update(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  /** @throws S3Error SignatureDoesNotMatch */
  endChunk(signature: string | undefined): void {
    const digest = this.#hash.digest('hex');
    this.#hash = createHash('sha256');
    this.#check(signature, [
      `${algorithm}-PAYLOAD`,
      this.#timestamp,
      this.#scope,
      this.#previous,
      emptySha256,
      digest,
    ]);
  }

  /** Takes each trailing header; the signature comes last. @throws S3Error SignatureDoesNotMatch */
  trailer(name: string, value: string): void {
    if (name !== 'x-amz-trailer-signature') {
      this.#trailers.push(`${name}:${value}\n`);
      return;
    }
    const digest = sha256(this.#trailers.sort().join(''));
    this.#trailers = [];
    this.#check(value, [`${algorithm}-TRAILER`, this.#timestamp, this.#scope, this.#previous, digest]);
  }

  /** @throws S3Error SignatureDoesNotMatch if trailers came without a signature */
  end(): void {
    if (this.#trailers.length > 0) throw new S3Error('SignatureDoesNotMatch');
  }

  #check(signature: string | undefined, lines: string[]): void {
    const expected = hmac(this.#key, lines.join('\n')).toString('hex');
    if (signature === undefined || !sameText(expected, signature)) throw new S3Error('SignatureDoesNotMatch');
    this.#previous = signature;
  }
}
