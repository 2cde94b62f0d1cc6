import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/** As compact-finished has it: a day's events may come so much later. */
const settleMs = 15 * 60_000;

/** The day that this process has last seen begin. */
let seen = '';

/**
 * Has the days before compacted once a day has begun: by whichever process is the first to mark it. So no schedule is
 * needed, and a ledger that nothing happens in costs nothing.
 */
export async function startCompaction({
  s3,
  bucket,
  functionName,
  warn,
  now = Date.now(),
}: {
  s3: S3Client;
  bucket: string;
  functionName: string;
  warn(message: string, about: object): void;
  now?: number;
}): Promise<void> {
  const today = new Date(now - settleMs).toISOString().slice(0, 10);
  if (functionName === '' || today === seen) return;
  seen = today;
  const mark = { Bucket: bucket, Key: `compaction/${today}`, IfNoneMatch: '*', Body: today };
  try {
    await s3.send(new PutObjectCommand(mark));
  } catch (error) {
    if ((error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === 412) return;
    warn('The day was not marked for compaction', { today, error: String(error) });
    return;
  }
  try {
    const { InvokeCommand, LambdaClient } = await import('@aws-sdk/client-lambda');
    await new LambdaClient({}).send(
      new InvokeCommand({ FunctionName: functionName, InvocationType: 'Event' }),
    );
  } catch (error) {
    // The next day takes these days along.
    warn('Compaction was not started', { today, error: String(error) });
  }
}
