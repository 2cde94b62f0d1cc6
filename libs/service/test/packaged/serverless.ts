import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const repository = join(import.meta.dirname, '../../../..');
const binaries = join(repository, 'node_modules/.bin');

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
  execFileSync(...serverless(['package', ...flags], copy, params, { AWS_REGION: 'us-east-1' }));
  return join(copy, '.serverless');
}

/**
 * The packaged event bus, which has neither code nor params here: it is packaged once for all tests of a checkout, and
 * again when anything changes that it is made of.
 * @returns the `.serverless` folder
 */
export function packageEventBus(): string {
  const digest = createHash('sha256').update(readFileSync(join(repository, 'package-lock.json')));
  for (const part of ['serverless.yml', 'package.json'])
    digest.update(readFileSync(join(repository, 'services/event-bus', part)));
  const cache = join(repository, 'node_modules/.cache/tributary');
  const kept = join(cache, `event-bus-${digest.digest('hex').slice(0, 16)}`);
  if (!existsSync(kept)) {
    mkdirSync(cache, { recursive: true });
    const folder = mkdtempSync(join(cache, 'packaging-'));
    const made = packageService('event-bus', {}, folder);
    try {
      renameSync(made, kept); // without its link to node_modules: whoever looks into these would go round in circles
    } catch (error) {
      if (!existsSync(kept)) throw error; // or another test file was quicker
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return kept;
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
  const { stdout, stderr } = await promisify(execFile)(...serverless(['deploy'], copy, params, environment));
  return `${stdout}${stderr}`;
}

/** Serverless works in the service's folder, where other tests may be at work too: it gets a copy, `<folder>/<name>`. */
export function copyService(name: string, folder: string): string {
  const copy = join(folder, name);
  mkdirSync(copy, { recursive: true });
  const original = join(repository, 'services', name);
  const unwanted = ['node_modules', '.serverless', 'src', 'test'];
  for (const part of readdirSync(original).filter((part) => !unwanted.includes(part)))
    cpSync(join(original, part), join(copy, part), { recursive: true });
  if (!existsSync(join(copy, 'node_modules')))
    symlinkSync(join(repository, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

function serverless(
  command: string[],
  cwd: string,
  params: Record<string, string>,
  environment: Record<string, string>,
) {
  const given = Object.entries(params).map(([param, value]) => `--param=${param}=${value}`);
  const { AWS_PROFILE: _1, AWS_ENDPOINT_URL: _2, ...env } = process.env;
  const args = [join(binaries, 'serverless'), ...command, ...given];
  const options = {
    cwd,
    env: {
      ...env,
      PATH: [binaries, env.PATH].join(delimiter),
      // Half of what Serverless does is to be loaded.
      NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache'),
      ...environment,
    },
    encoding: 'utf8' as const,
    stdio: 'pipe' as const,
  };
  return [process.execPath, args, options] as const;
}
