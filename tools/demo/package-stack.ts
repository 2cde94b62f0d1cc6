import { spawn } from 'node:child_process';
import { cp, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';

const root = join(import.meta.dirname, '../..');

/**
 * Runs `serverless package` for a service with params, in a copy of its folder under `.tributary`: Serverless writes
 * beside its YAML, where the service's own package is to stay as it was.
 * @returns the `.serverless` folder, as `startLocalAws` takes it
 */
export async function packageStack(service: string, params: Record<string, string> = {}): Promise<string> {
  const original = join(root, 'services', service);
  const copy = join(root, '.tributary/packages', service);
  await rm(copy, { recursive: true, force: true });
  await cp(original, copy, {
    recursive: true,
    filter: (path) => !/\.serverless|node_modules|test$/.test(relative(original, path)),
  });
  const flags = Object.entries(params).map(([name, value]) => `--param=${name}=${value}`);
  await run('serverless', ['package', ...flags], copy);
  return join(copy, '.serverless');
}

/** Builds what services are packaged from; Nx does only what has changed. */
export async function buildBundles(): Promise<void> {
  await run('nx', ['run-many', '-t', 'build'], root);
}

/** A program of the workspace, its output shown only if it fails. */
async function run(program: string, args: string[], cwd: string): Promise<void> {
  const child = spawn(process.execPath, [join(root, 'node_modules/.bin', program), ...args], {
    cwd,
    // No account is asked for, and none is used by mistake.
    env: { ...process.env, AWS_REGION: 'us-east-1', AWS_PROFILE: undefined, AWS_ENDPOINT_URL: undefined },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      said += text;
    });
  }
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}\n${said}`);
}
