import { setTimeout as sleep } from 'node:timers/promises';
import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { stepCompleted, stepStarted } from '@tributary/events';
import type { LocalAws } from '@tributary/local';

const bus = 'tributary-dev';
/** As many as PutEvents takes. */
const batch = 10;

/** Puts the two events of each of so many steps on the bus, at a steady rate. @returns milliseconds it took */
export async function putStepEvents(
  aws: LocalAws,
  { steps, rate }: { steps: number; rate: number },
): Promise<number> {
  const { endpoint, region, credentials } = aws;
  const client = new EventBridgeClient({ endpoint, region, credentials });
  const sending = new Set<Promise<unknown>>();
  const begin = performance.now();
  for (let at = 0; at < steps; at += batch / 2) {
    const Entries = Array.from({ length: batch / 2 }, (_, index) => entriesOf(at + index)).flat();
    const sent = client.send(new PutEventsCommand({ Entries })).then(({ FailedEntryCount }) => {
      sending.delete(sent);
      if (FailedEntryCount) throw new Error(`${FailedEntryCount} events were not taken`);
    });
    sending.add(sent);
    const due = begin + ((at * 2) / rate) * 1000;
    if (due > performance.now()) await sleep(due - performance.now());
    // A bus that cannot take the rate is not flooded: what it takes is what is measured.
    while (sending.size >= 50) await Promise.race(sending);
  }
  await Promise.all(sending);
  client.destroy();
  return performance.now() - begin;
}

function entriesOf(run: number): PutEventsRequestEntry[] {
  const runId = `load-${String(run).padStart(8, '0')}`;
  const key = `load/${run}.csv`;
  const detail = {
    version: '1' as const,
    chain: `load-${run % 4}`,
    step: 'convert',
    service: { name: 'csv-to-parquet', version: '0.1.0' },
    runId,
    parentId: runId,
    hop: 1,
    root: { bucket: 'landing-dev', key, sequencer: '0A', time: new Date().toISOString() },
    input: { bucket: 'landing-dev', key, etag: 'b1946ac92492d2347c6235b4d2611184', bytes: 5_000_000 },
    invocation: { id: `inv-${run}`, startedAt: new Date().toISOString(), memory: 1769 },
  };
  const fields = Array.from({ length: 20 }, (_, at) => ({ name: `column_${at}`, type: 'string' }));
  const output = {
    bucket: 'lake-dev',
    key: `parquet/${run}.parquet`,
    etag: '5d41402abc4b2a76b9719d911017c592',
    bytes: 1_900_000,
    rows: 230_884,
    mediaType: 'application/vnd.apache.parquet',
  };
  return [
    stepStarted.entry(detail, { bus }),
    stepCompleted.entry(
      {
        ...detail,
        outcome: 'completed',
        output: { bucket: 'lake-dev', prefix: 'parquet/' },
        outputs: [output],
        schema: { inferred: false, descriptor: { fields } },
        rows: output.rows,
        rejectedRows: 0,
        timings: { queued: 80, read: 12, convert: 300, write: 20, total: 341 },
      },
      { bus },
    ),
  ];
}
