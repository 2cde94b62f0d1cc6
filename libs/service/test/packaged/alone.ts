import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { type StepOutput, stepCompleted } from '@tributary/events';
import { type Activity, type LocalAws, type LocalAwsOptions, startLocalAws } from '@tributary/local';
import { afterAll, beforeAll, expect } from 'vitest';
import { announce } from '../../src/announcer.ts';
import { createClients } from '../../src/clients.ts';
import { lookUp } from '../../src/standing-object.ts';
import { packageEventBus, packageService } from './serverless.ts';

/** A packaged service on a local AWS, wired to a source of its own. */
export interface AloneService {
  /** Since the last file was dropped. */
  activities: Activity[];
  /** Step events since the last file was dropped. */
  // biome-ignore lint/suspicious/noExplicitAny: details are looked into freely
  told(): { type: string; detail: any }[];
  /** Objects are plain files, both ways. */
  drop(bucket: string, key: string, body: Uint8Array | string): void;
  read(bucket: string, key: string): Buffer;
  /** Of all files of a bucket. */
  keys(bucket: string): string[];
  /** Puts the event of a step that has written an object, which must lie there. */
  complete(
    chain: string,
    step: string,
    output: { prefix: string } & Omit<StepOutput, 'etag' | 'bytes'>,
  ): Promise<void>;
  /** Waits for the last step event to be of a type, and gives its detail. */
  // biome-ignore lint/suspicious/noExplicitAny: details are looked into freely
  outcome(type: 'Step Completed' | 'Step Rejected', steps?: number): Promise<any>;
}

/**
 * Packages services as Serverless does and runs them, for the tests of one file.
 * @param services by name, with their params; `options` may be an object, which becomes a file
 */
export function useAlone(
  services: Record<string, Record<string, string | object>>,
  faults?: LocalAwsOptions['faults'],
): AloneService {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-alone-'));
  const activities: Activity[] = [];
  let aws: LocalAws;
  beforeAll(async () => {
    const stacks = [await packageEventBus()];
    for (const [name, params] of Object.entries(services)) {
      const given = Object.entries(params).map(([param, value]) => {
        if (typeof value === 'string') return [param, value];
        const file = join(folder, `${name}.${param}.json`);
        writeFileSync(file, JSON.stringify(value));
        return [param, file];
      });
      stacks.push(packageService(name, Object.fromEntries(given), folder));
    }
    aws = await startLocalAws({
      stacks,
      stateDirectory: join(folder, 'state'),
      ...(faults && { faults }),
      onEvent: (activity) => activities.push(activity),
    });
  });
  afterAll(async () => {
    await aws?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const fileOf = (bucket: string, key: string) => join(aws.stateDirectory, 's3', bucket, key);
  const told: AloneService['told'] = () =>
    activities.flatMap((activity) =>
      activity.kind === 'event-put' && activity.source === 'tributary'
        ? [{ type: activity.event['detail-type'], detail: activity.event.detail }]
        : [],
    );
  return {
    activities,
    told,
    drop(bucket, key, body) {
      activities.length = 0;
      const file = fileOf(bucket, key);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, body);
    },
    read: (bucket, key) => readFileSync(fileOf(bucket, key)),
    keys: (bucket) =>
      readdirSync(fileOf(bucket, ''), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(fileOf(bucket, ''), join(entry.parentPath, entry.name))),
    async complete(chain, step, { prefix, ...about }) {
      Object.assign(process.env, aws.environment); // the SDK looks there for keys
      const clients = createClients();
      // A dropped file takes a moment to be an object.
      await expect.poll(() => lookUp(clients.s3, about), { timeout: 30_000 }).toBeDefined();
      const output = { ...about, ...(await lookUp(clients.s3, about))!.object };
      const detail = {
        version: '1' as const,
        chain,
        step,
        service: { name: 'other', version: '1.0.0' },
        runId: randomUUID(),
        parentId: randomUUID(),
        hop: 1,
        root: { bucket: 'landing', key: 'a', sequencer: '0A' },
        input: { bucket: 'landing', key: 'a', etag: 'e', bytes: 1 },
        outcome: 'completed' as const,
        output: { bucket: output.bucket, prefix },
        outputs: [output],
        timings: { total: 1 },
      };
      await announce(clients.eventBridge, [stepCompleted.entry(detail, { bus: 'tributary-dev' })]);
    },
    async outcome(type, steps = 1) {
      const ended = () =>
        told().filter(
          ({ type, detail }) => /^Step (Completed|Rejected)$/.test(type) && detail.service.name !== 'other',
        );
      await expect.poll(() => ended().length, { timeout: 30_000 }).toBe(steps);
      expect(ended().at(-1)?.type).toBe(type);
      return ended().at(-1)?.detail;
    },
  };
}
