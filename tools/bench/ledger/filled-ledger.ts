import { gzipSync } from 'node:zlib';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { RunState, RunSummary } from '@tributary/events/ledger';
import type { LocalAws } from '@tributary/local';
import { deployedLedger } from '../../ledger/deployed-ledger.ts';

const steps = ['to-tsv', 'validate', 'to-parquet', 'held'];
/** Of a hundred runs so many are in each state. */
const mixture: [RunState, number][] = [
  ['completed', 90],
  ['partly-rejected', 7],
  ['rejected', 2],
  ['failed', 1],
];

/** Leaves a ledger the index of so many runs, as an earlier process of it would: one a minute, in 40 feeds of 4 chains. */
export async function fillLedger(aws: LocalAws, count: number): Promise<void> {
  const { bucket: Bucket } = deployedLedger(aws);
  const now = Date.now();
  const lines = [JSON.stringify({ version: 1, position: now })];
  for (let at = 0; at < count; at++) lines.push(JSON.stringify(runAt(at, now - (count - at) * 60_000)));
  const { endpoint, region, credentials } = aws;
  const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  const Body = gzipSync(lines.join('\n'), { level: 1 });
  await s3.send(new PutObjectCommand({ Bucket, Key: 'index/runs.json.gz', Body }));
  s3.destroy();
}

function runAt(at: number, arrivedAt: number): RunSummary {
  const chain = `drives-${at % 4}`;
  const state = stateAt(at);
  const time = (milliseconds: number) => new Date(arrivedAt + milliseconds).toISOString();
  return {
    id: `${String(at).padStart(8, '0')}-5d41-402a-bc4b-2a76b9719d91`,
    state,
    chains: [chain],
    root: {
      bucket: 'landing-dev',
      key: `vendor-${at % 40}/drives-${time(0).slice(0, 10)}-${at}.txt.gz`,
      sequencer: at.toString(16).toUpperCase(),
      time: time(0),
    },
    startedAt: time(0),
    endedAt: time(2300),
    updatedAt: time(2300),
    milliseconds: 2300,
    bytes: { in: 5_000_000 + (at % 97) * 1000, out: 1_900_000 },
    rows: { in: 230_896, out: 230_884, rejected: state === 'completed' ? 0 : 12 },
    retries: 0,
    codes: state === 'rejected' ? ['too-many-rejects'] : [],
    drift: at % 500 === 0,
    dollars: 0.00004,
    steps: steps.slice(0, state === 'rejected' ? 2 : 3).map((step, index) => ({
      id: (at * 4 + index).toString(16).padStart(12, '0'),
      chain,
      step,
      state: index === 1 ? state : 'completed',
      service: 'fixed-width-to-tsv',
      ...(index > 0 && { after: `${chain}/${steps[index - 1]}` }),
      output: `lake-dev/${step}/`,
      endedAt: time(700 * (index + 1)),
      milliseconds: 600 + (at % 50),
    })),
  };
}

function stateAt(at: number): RunState {
  let place = (at * 37) % 100;
  for (const [state, share] of mixture) {
    if (place < share) return state;
    place -= share;
  }
  return 'completed';
}
