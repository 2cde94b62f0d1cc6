import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';

const repository = join(import.meta.dirname, '../../..');
const binaries = join(repository, 'node_modules/.bin');

/**
 * Packages a service as `serverless package` does, with nothing of AWS in its environment. In a copy of its own, since
 * Serverless works in the service's folder, where other tests may be at work too.
 * @returns the `.serverless` folder
 */
export function packageService(
  name: string,
  params: Record<string, string>,
  folder: string,
  ...options: string[]
): string {
  const copy = join(folder, name);
  mkdirSync(copy, { recursive: true });
  for (const part of ['serverless.yml', 'deployment.cjs', 'package.json', 'dist']) {
    const original = join(repository, 'services', name, part);
    if (existsSync(original)) cpSync(original, join(copy, basename(part)), { recursive: true });
  }
  symlinkSync(join(repository, 'node_modules'), join(copy, 'node_modules'));
  const args = Object.entries(params).map(([param, value]) => `--param=${param}=${value}`);
  const { AWS_PROFILE: _1, AWS_ENDPOINT_URL: _2, ...env } = process.env;
  execFileSync(process.execPath, [join(binaries, 'serverless'), 'package', ...args, ...options], {
    cwd: copy,
    env: { ...env, PATH: [binaries, env.PATH].join(delimiter), AWS_REGION: 'us-east-1' },
    stdio: 'pipe',
  });
  return join(copy, '.serverless');
}
