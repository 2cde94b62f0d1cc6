import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

const s3 = new S3Client({});
const events = new EventBridgeClient({});

interface Envelope {
  chain: string;
  output: { bucket: string; prefix: string };
  event: { id: string; detail: { bucket: { name: string }; object: { key: string } } };
}

/** Reads the object of an S3 event in its envelope, writes it in upper case, and says so on the bus. */
export async function handler({ chain, event, output }: Envelope): Promise<{ key: string }> {
  const { bucket, object } = event.detail;
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket.name, Key: object.key }));
  const text = await Body!.transformToString();
  const key = output.prefix + object.key;
  await s3.send(new PutObjectCommand({ Bucket: output.bucket, Key: key, Body: text.toUpperCase() }));
  const { FailedEntryCount } = await events.send(
    new PutEventsCommand({
      Entries: [
        {
          EventBusName: process.env.BUS!,
          Source: 'test.upper-case',
          DetailType: 'Step Completed',
          Detail: JSON.stringify({ chain, root: event.id, key }),
        },
      ],
    }),
  );
  if (FailedEntryCount) throw new Error('PutEvents failed');
  console.log('wrote', key);
  process.stdout.write(`${JSON.stringify({ level: 'INFO', key })}\n`);
  return { key };
}
