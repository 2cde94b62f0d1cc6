import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalAws, startLocalAws } from '@tributary/local';
import { packageService } from '@tributary/service/packaging';
import { type ConsoleServer, serveConsole } from '../src/server/index.ts';

const workspace = join(import.meta.dirname, '../../..');

/** Whether there are bundles and a page to serve; `nx run-many -t build` makes both. */
export const isBuilt = [
  'services/fixed-width-to-tsv/dist/handler.mjs',
  'services/run-ledger/dist/handler.mjs',
  'packages/console/dist/index.html',
].every((path) => existsSync(join(workspace, path)));

const layout = {
  fields: [
    { name: 'date', start: 0, end: 12 },
    { name: 'serial', start: 12, end: 26 },
    { name: 'model', start: 26, end: 46 },
    { name: 'capacity', start: 46, end: 62 },
    { name: 'failure', start: 62, end: 70 },
  ],
};
const schema = {
  fields: [
    { name: 'date', type: 'date' },
    { name: 'serial', type: 'string' },
    { name: 'model', type: 'string' },
    { name: 'capacity', type: 'integer' },
    { name: 'failure', type: 'integer' },
  ],
};

export interface Stage extends AsyncDisposable {
  aws: LocalAws;
  console: ConsoleServer;
}

/** The chain of the demo on a local AWS of its own, with a console: fixed width to TSV, and from there to Parquet and through a validator. */
export async function openStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'console-'));
  const optionsOf = async (name: string, options: object) => {
    await writeFile(join(folder, name), JSON.stringify(options));
    return join(folder, name);
  };
  const packaged = (service: string, params: Record<string, string> = {}) =>
    packageService(workspace, service, join(folder, service), { params });
  const layoutFile = await optionsOf('layout.json', { layout });
  const schemaFile = await optionsOf('schema.json', { schema });
  const stacks = await Promise.all([
    packaged('event-bus'),
    packaged('run-ledger', { rejectsBuckets: 'landing,lake' }),
    packaged('fixed-width-to-tsv', {
      sourceBucket: 'landing',
      sourcePrefix: 'vendor/',
      outputBucket: 'lake',
      outputPrefix: 'tsv/',
      createBuckets: 'true',
      options: layoutFile,
      chain: 'drive-stats',
    }),
    packaged('csv-to-parquet', {
      after: 'drive-stats/convert',
      sourceBucket: 'lake',
      sourcePrefix: 'tsv/',
      outputPrefix: 'parquet/',
      options: schemaFile,
      chain: 'drive-stats-lake',
    }),
    packaged('schema-validator', {
      after: 'drive-stats/convert',
      sourceBucket: 'lake',
      sourcePrefix: 'tsv/',
      outputPrefix: 'valid/',
      options: schemaFile,
      chain: 'drive-stats-valid',
    }),
  ]);
  const aws = await startLocalAws({ stacks, stateDirectory: join(folder, 'state'), timeScale: 0 });
  const console = await serveConsole(aws);
  return {
    aws,
    console,
    async [Symbol.asyncDispose]() {
      await console.stop();
      await aws.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const models = ['ST4000DM000', 'WDC WUH721816ALE6', 'HGST HMS5C4040BLE', 'TOSHIBA MG07ACA14TA'];

/** Fixed-width records of drives; one in `badEvery` has a capacity that is no number. */
export function driveFile(records: number, badEvery = 0): string {
  let text = '';
  for (let at = 0; at < records; at += 1) {
    const date = new Date(Date.UTC(2026, 0, 1 + (at % 90))).toISOString().slice(0, 10);
    const bad = badEvery > 0 && at % badEvery === badEvery - 1;
    const capacity = bad ? (at % 2 === 0 ? '4.0 TB' : 'n/a') : String(4_000_787_030_016 * (1 + (at % 4)));
    const cells = [
      date.padEnd(12),
      `ZA${(at * 7919) % 1_000_000}`.padEnd(14),
      // Some have no model.
      (at % 50 === 7 ? '' : models[at % models.length]!).padEnd(20),
    ];
    text += `${cells.join('')}${capacity.padEnd(16)}${String(at % 53 === 0 ? 1 : 0).padEnd(8)}\n`;
  }
  return text;
}
