import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { ConversionCheckpoint } from '@tributary/codec';
import type { StepTimings } from '@tributary/events';
import { s3Failure } from './errors.ts';
import type { HeldObject } from './object-sink.ts';
import type { Stamp } from './stamp.ts';
import { nothingThere, type Place } from './standing-object.ts';

/** All that one invocation leaves to the next. */
export interface LegState {
  /** Of the work as a whole: the outputs' metadata holds it already. */
  stamp: Stamp;
  conversion: ConversionCheckpoint;
  output: HeldObject;
  rejects: HeldObject;
  /** Of all legs so far. */
  timings: StepTimings;
  /** Where those before have left theirs. */
  former: Place[];
}

/** JSON in the first line, in which bytes are a place in what follows it. */
function pack(state: LegState): Buffer {
  const pieces: Uint8Array[] = [];
  let at = 0;
  const head = JSON.stringify(state, (_, value) => {
    if (!(value instanceof Uint8Array)) return value;
    pieces.push(value);
    at += value.length;
    return { bytesFrom: at - value.length, bytesTo: at };
  });
  return Buffer.concat([Buffer.from(`${head}\n`), ...pieces]);
}

function unpack(packed: Uint8Array): LegState {
  const end = packed.indexOf(10);
  const bytes = packed.subarray(end + 1);
  return JSON.parse(new TextDecoder().decode(packed.subarray(0, end)), (_, value) =>
    typeof value?.bytesFrom === 'number' ? bytes.slice(value.bytesFrom, value.bytesTo) : value,
  );
}

interface Tools {
  s3: S3Client;
  signal: AbortSignal;
}

/** @throws {Transient} `s3-failed` */
export async function writeLegState(place: Place, state: LegState, { s3, signal }: Tools): Promise<void> {
  try {
    await s3.send(
      new PutObjectCommand({
        Bucket: place.bucket,
        Key: place.key,
        Body: pack(state),
        ContentType: 'application/octet-stream',
        ChecksumAlgorithm: 'CRC32',
      }),
      { abortSignal: signal },
    );
  } catch (error) {
    signal.throwIfAborted();
    throw s3Failure(error, `Writing s3://${place.bucket}/${place.key}`);
  }
}

/** Undefined if it is there no more: the work has come to its end, or is to be begun anew. @throws {Transient} */
export async function readLegState(
  { bucket, key }: Place,
  { s3, signal }: Tools,
): Promise<LegState | undefined> {
  try {
    const answer = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal: signal });
    return unpack((await answer.Body?.transformToByteArray()) ?? new Uint8Array(0));
  } catch (error) {
    signal.throwIfAborted();
    return nothingThere(error, { bucket, key }, false);
  }
}

export async function removeLegState({ bucket, key }: Place, { s3, signal }: Tools): Promise<void> {
  await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }), { abortSignal: signal });
}
