// A process that does what it is told over IPC and answers with milliseconds: the two halves that the service joins.
import { readFile } from 'node:fs/promises';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { parseOptions, runConversion, sourceOf } from '@tributary/codec';
import { fixedWidthToTsv } from '@tributary/codec/fixed-width-to-tsv';

interface Place {
  bucket: string;
  key: string;
}

export type CopyOrder = { copy: [input: Place, output: Place] } | { convert: string; options: string };

const s3 = new S3Client({ forcePathStyle: true });

process.on('message', async (order: CopyOrder) => {
  process.send!('copy' in order ? await copyObjects(...order.copy) : await convertFile(order));
});

/** Downloads the input and uploads what the service made of it: the same bytes both ways, and nothing else. */
async function copyObjects(input: Place, output: Place): Promise<number> {
  const result = await download(output);
  const begin = performance.now();
  await download(input);
  await s3.send(new PutObjectCommand({ Bucket: output.bucket, Key: `copy-of-${output.key}`, Body: result }));
  return performance.now() - begin;
}

async function download({ bucket, key }: Place): Promise<Uint8Array> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return Body!.transformToByteArray();
}

async function convertFile({ convert, options }: { convert: string; options: string }): Promise<number> {
  const bytes = await readFile(convert);
  const parsed = parseOptions(fixedWidthToTsv, JSON.parse(await readFile(options, 'utf8')));
  const discard = { write: async () => {} };
  const begin = performance.now();
  await runConversion(fixedWidthToTsv, parsed, {
    source: sourceOf(bytes),
    sink: discard,
    quarantine: async () => discard,
  });
  return performance.now() - begin;
}
