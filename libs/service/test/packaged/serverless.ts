import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as packaging from '../../src/packaging/index.ts';

const repository = join(import.meta.dirname, '../../../..');

/** Makes the copy of a service that Serverless works in, `<folder>/<name>`. */
export function copyService(name: string, folder: string): string {
  return packaging.copyService(repository, name, join(folder, name));
}

/**
 * Packages a service as `serverless package` does, with nothing of AWS in its environment.
 * @returns the `.serverless` folder
 */
export function packageService(
  name: string,
  params: Record<string, string>,
  folder: string,
  ...flags: string[]
): string {
  return packageCopy(copyService(name, folder), params, ...flags);
}

/** Packages the copy of a service that `copyService` made. */
export function packageCopy(copy: string, params: Record<string, string>, ...flags: string[]): string {
  execFileSync(...packaging.serverless(repository, copy, ['package', ...flags], { params }));
  return join(copy, '.serverless');
}

/** The packaged event bus, which has neither code nor params here: the same for all tests of a checkout. */
export async function packageEventBus(): Promise<string> {
  return await packaging.packageOnce(repository, 'event-bus', 'dev');
}

/**
 * Deploys the copy of a service that `copyService` made; `environment` says where to.
 * @returns what Serverless said
 */
export async function deployService(
  copy: string,
  params: Record<string, string>,
  environment: Record<string, string>,
): Promise<string> {
  const command = packaging.serverless(repository, copy, ['deploy'], { params, environment });
  const { stdout, stderr } = await promisify(execFile)(...command);
  return `${stdout}${stderr}`;
}
