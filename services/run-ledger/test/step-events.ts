import { stepCompleted, stepStarted } from '@tributary/events';

export interface Told {
  run: number;
  step?: string;
  /** Milliseconds since 1970. */
  at: number;
  chain?: string;
  /** Of the source object, if that is told. */
  arrivedAt?: number;
}

const frame = (id: string, at: number) => ({
  id,
  account: '000000000000',
  region: 'us-east-1',
  time: `${new Date(at).toISOString().slice(0, 19)}Z`,
});

function common({ run, step = 'convert', at, chain = 'drives', arrivedAt }: Told) {
  return {
    version: '1' as const,
    chain,
    step,
    service: { name: 'csv-to-parquet', version: '0.1.0' },
    runId: `run-${run}`,
    parentId: `run-${run}`,
    hop: 1,
    root: {
      bucket: 'landing',
      key: `in/${run}.csv`,
      sequencer: 'AA',
      ...(arrivedAt !== undefined && { time: new Date(arrivedAt).toISOString() }),
    },
    input: { bucket: 'landing', key: `in/${run}.csv`, etag: 'e', bytes: 1000 },
    invocation: { id: `inv-${run}-${step}`, startedAt: new Date(at).toISOString(), memory: 1024 },
  };
}

/** The two events of a step that went well. */
export function eventsOfStep(told: Told, rejectedRows = 0): [started: object, completed: object] {
  const detail = common(told);
  const id = `${told.chain ?? 'drives'}-${told.run}-${told.step ?? 'convert'}`;
  return [
    stepStarted.event(frame(`${id}-started`, told.at), detail),
    stepCompleted.event(frame(`${id}-completed`, told.at + 1000), {
      ...detail,
      outcome: 'completed',
      output: { bucket: 'lake', prefix: 'out/' },
      outputs: [
        {
          bucket: 'lake',
          key: `out/${told.run}.parquet`,
          etag: 'f',
          bytes: 500,
          rows: 90,
          mediaType: 'application/vnd.apache.parquet',
        },
      ],
      rows: 90,
      rejectedRows,
      timings: { queued: 20, read: 300, convert: 400, write: 200, total: 900 },
    }),
  ];
}
