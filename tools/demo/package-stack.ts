import { spawn } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/**
 * Runs `serverless package` for a service, as `nx package` does, with params and a folder of its own.
 * @returns the folder, as `startLocalAws` takes it
 */
export async function packageStack(
  service: string,
  to: string,
  params: Record<string, string> = {},
): Promise<string> {
  const flags = Object.entries(params).map(([name, value]) => `--param=${name}=${value}`);
  await run('serverless', ['package', '--package', to, ...flags], join(root, 'services', service));
  return to;
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
