import { createClients } from '@tributary/service';
import type { UrlRequest, UrlResponse } from './api/request.ts';
import type { ApiTools } from './api/router.ts';
import { readEnvironment } from './environment.ts';
import { fail, warn } from './log.ts';
import type { BatchAnswer, QueueRecord } from './record/record-events.ts';

const { s3, eventBridge } = createClients();

/** Records step events and failures, a batch at a time. */
export async function record({ Records }: { Records: QueueRecord[] }): Promise<BatchAnswer> {
  const [{ recordEvents }, { startCompaction }] = await Promise.all([
    import('./record/record-events.ts'),
    import('./compact/start-compaction.ts'),
  ]);
  const { bucket, compactFunction } = readEnvironment(process.env);
  const answer = await recordEvents(Records, { s3, bucket, warn });
  await startCompaction({ s3, bucket, functionName: compactFunction, warn });
  return answer;
}

/** Tells OpenLineage of the same events. A queue of its own feeds it: what it waits for holds up nothing else. */
export async function lineage({ Records }: { Records: QueueRecord[] }): Promise<BatchAnswer> {
  const { sendLineage } = await import('./lineage/send-lineage.ts');
  const { bucket, openLineage } = readEnvironment(process.env);
  return await sendLineage(Records, { s3, bucket, ...openLineage, warn });
}

/** Makes Parquet of finished days. */
export async function compact(): Promise<{ compacted: string[] }> {
  const { compactFinished } = await import('./compact/compact-finished.ts');
  const { bucket } = readEnvironment(process.env);
  return { compacted: await compactFinished(s3, bucket, Date.now()) };
}

let tools: Promise<ApiTools> | undefined;

/** Answers the HTTP API. */
export async function api(request: UrlRequest): Promise<UrlResponse> {
  tools ??= openTools();
  const [{ answer }, opened] = await Promise.all([import('./api/router.ts'), tools]);
  return await answer(request, opened);
}

async function openTools(): Promise<ApiTools> {
  const { bucket, stage, bus } = readEnvironment(process.env);
  const [{ Ledger }, { StepTargets }, { DeadLetterShelf }, { SQSClient }] = await Promise.all([
    import('./index/ledger.ts'),
    import('./replay/step-targets.ts'),
    import('./api/dead-letter-queues.ts'),
    import('@aws-sdk/client-sqs'),
  ]);
  return {
    s3,
    ledger: new Ledger({ s3, bucket }),
    targets: new StepTargets(eventBridge, ['default', bus], stage),
    shelf: new DeadLetterShelf(new SQSClient({}), stage),
    lambda: async () => {
      const { LambdaClient } = await import('@aws-sdk/client-lambda');
      return new LambdaClient({});
    },
    fail,
  };
}
