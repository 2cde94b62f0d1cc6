import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type LocalAws, startLocalAws } from '@tributary/local';
import { afterAll, beforeAll, expect } from 'vitest';
import { copyService, deployService } from './serverless.ts';

/** A local AWS that nothing is deployed to yet, for the tests of one file. */
export function useRedeployment() {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-redeployed-'));
  let aws: LocalAws;
  beforeAll(async () => {
    aws = await startLocalAws({ stateDirectory: join(folder, 'state') });
  });
  afterAll(async () => {
    await aws?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    /** Writes a file for a param, and gives its path. */
    file(name: string, content: object): string {
      const path = join(folder, name);
      writeFileSync(path, JSON.stringify(content));
      return path;
    },
    /** Deploys the bus and a service; then the service again, which is to change nothing. */
    async deployTwice(name: string, params: Record<string, string>): Promise<void> {
      const environment = { ...aws.environment, SLS_AWS_MONITORING_FREQUENCY: '100' };
      const service = copyService(name, folder);
      await deployService(copyService('event-bus', folder), {}, environment);
      expect(await deployService(service, params, environment)).toContain('Service deployed');
      const before = aws.stacks();
      expect(await deployService(service, params, environment)).toContain('No changes to deploy');
      expect(aws.stacks()).toEqual(before);
    },
    /** Drops a file into a bucket and waits for a step to complete; gives the bytes of an output. */
    async convert(input: [bucket: string, key: string, body: string], output: [bucket: string, key: string]) {
      const completed = Promise.withResolvers<void>();
      aws.onEvent((activity) => {
        if (activity.kind === 'event-put' && activity.detailType === 'Step Completed') completed.resolve();
      });
      const [bucket, key, body] = input;
      const file = join(aws.stateDirectory, 's3', bucket, key);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, body);
      await completed.promise;
      return readFileSync(join(aws.stateDirectory, 's3', ...output));
    },
  };
}
