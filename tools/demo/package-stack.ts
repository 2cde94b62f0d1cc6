import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageService } from '@tributary/service/packaging';

const root = join(import.meta.dirname, '../..');

/**
 * Runs `serverless package` for a service with params, in a copy of its folder under `.tributary`.
 * @returns the `.serverless` folder, as `startLocalAws` takes it
 */
export async function packageStack(service: string, params: Record<string, string> = {}): Promise<string> {
  return await packageService(root, service, join(root, '.tributary/packages', service), { params });
}

/** Builds what services are packaged from; Nx does only what has changed. Its output is in the error, if it fails. */
export async function buildBundles(): Promise<void> {
  const nx = join(root, 'node_modules/.bin/nx');
  await promisify(execFile)(process.execPath, [nx, 'run-many', '-t', 'build'], {
    cwd: root,
    maxBuffer: 64 * 2 ** 20,
  });
}
