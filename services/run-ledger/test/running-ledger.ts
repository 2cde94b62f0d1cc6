import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type LocalAws, startLocalAws } from '@tributary/local';
import { signedFetch } from '@tributary/local/test/signed-fetch';
import { packageEventBus, packageService } from '@tributary/service/test/packaged';
import { afterAll, beforeAll } from 'vitest';

export const bucket = 'ledger';

/** A packaged ledger on a local AWS, beside other packaged services, for the tests of one file. */
export interface RunningLedger {
  aws: LocalAws;
  /** `.serverless` of a service. */
  packaged(service: string): string;
  /** Asks the API as the local user. */
  ask(path: string, body?: object): Promise<{ status: number; text: string; json: () => unknown }>;
  drop(bucket: string, key: string, body: string): void;
  /** Keys of a bucket below a prefix that is a folder. */
  keys(prefix: string, of?: string): string[];
  read(key: string): string;
}

/** @param services by name, with their params; an object becomes a file */
export function useLedger(
  services: Record<string, Record<string, string | object>> = {},
  params: Record<string, string> = {},
): RunningLedger {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-ledger-'));
  let aws: LocalAws;
  beforeAll(async () => {
    const stacks = [await packageEventBus(), packageService('run-ledger', { bucket, ...params }, folder)];
    for (const [name, given] of Object.entries(services)) {
      const flat = Object.entries(given).map(([param, value]) => {
        if (typeof value === 'string') return [param, value];
        const file = join(folder, `${name}.${param}.json`);
        writeFileSync(file, JSON.stringify(value));
        return [param, file];
      });
      stacks.push(packageService(name, Object.fromEntries(flat), folder));
    }
    aws = await startLocalAws({ stacks, stateDirectory: join(folder, 'state'), timeScale: 0 });
  });
  afterAll(async () => {
    await aws?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const root = (of: string) => join(folder, 'state', 's3', of);
  return {
    get aws() {
      return aws;
    },
    packaged: (service) => join(folder, service, '.serverless'),
    async ask(path, body) {
      const { outputs } = aws.stacks().find(({ name }) => name.startsWith('tributary-run-ledger'))!;
      const url = new URL(path.replace(/^\//, ''), outputs.LedgerUrl);
      const response = await signedFetch(aws, 'lambda', url.href, {
        ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
        headers: { 'content-type': 'application/json' },
      });
      const text = await response.text();
      return { status: response.status, text, json: () => JSON.parse(text) };
    },
    drop(of, key, body) {
      const file = join(root(of), key);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, body);
    },
    keys(prefix, of = bucket) {
      try {
        return readdirSync(join(root(of), prefix), { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name).slice(root(of).length + 1));
      } catch {
        return [];
      }
    },
    read: (key) => readFileSync(join(root(bucket), key), 'utf8'),
  };
}
