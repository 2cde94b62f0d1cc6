import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalAws } from '@tributary/local';
import { deployedLedger } from '../ledger/deployed-ledger.ts';

const command = join(import.meta.dirname, '../../packages/cli/bin/tributary.mjs');
const patienceMs = 30_000;

/** What the ledger has of the runs, as `tributary runs` shows it, once it has heard of so many step events. */
export async function askLedger(aws: LocalAws, events: number): Promise<string> {
  await heard(aws, events);
  const child = spawn(process.execPath, [command, 'runs', '--local', String(aws.port)], {
    env: { ...process.env, AWS_REGION: aws.region },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (text) => {
    said += text;
  });
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code !== 0) throw new Error(`tributary runs ended with ${code}`);
  return said.trimEnd();
}

/** Each event is an object of the ledger, and a line of what OpenLineage is told. */
async function heard(aws: LocalAws, events: number): Promise<void> {
  const { bucket } = deployedLedger(aws);
  const filesBelow = async (prefix: string) => {
    const folder = join(aws.stateDirectory, 's3', bucket, prefix);
    const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
    return found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  };
  const lines = async () => {
    const texts = await Promise.all((await filesBelow('openlineage')).map((path) => readFile(path, 'utf8')));
    return texts.join('').split('\n').length - 1;
  };
  const until = Date.now() + patienceMs;
  while ((await filesBelow('ledger')).length < events || (await lines()) < events) {
    if (Date.now() > until)
      throw new Error(`The ledger has not heard of all ${events} step events within ${patienceMs / 1000} s`);
    await sleep(50);
  }
}
