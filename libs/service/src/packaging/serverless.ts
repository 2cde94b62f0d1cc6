import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Of a service's folder, what a package is not made of. */
const left = new Set(['node_modules', '.serverless', 'src', 'test']);

/**
 * Serverless writes beside its YAML, where others may be at work too, and the service's own package is to stay as it was: it gets a copy.
 * @param checkout where the services lie
 * @param copy the folder to make
 */
export function copyService(checkout: string, service: string, copy: string): string {
  const original = join(checkout, 'services', service);
  mkdirSync(copy, { recursive: true });
  for (const part of readdirSync(original))
    if (!left.has(part)) cpSync(join(original, part), join(copy, part), { recursive: true });
  if (!existsSync(join(copy, 'node_modules')))
    symlinkSync(join(checkout, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/**
 * Serverless of a checkout as `execFile` takes it, with nothing of AWS in its environment but what is given.
 * @param folder of a service
 */
export function serverless(
  checkout: string,
  folder: string,
  [...command]: readonly string[],
  {
    params = {},
    environment = {},
  }: { params?: Record<string, string>; environment?: Record<string, string> } = {},
) {
  const binaries = join(checkout, 'node_modules/.bin');
  const given = Object.entries(params).map(([param, value]) => `--param=${param}=${value}`);
  const { AWS_PROFILE: _1, AWS_ENDPOINT_URL: _2, ...env } = process.env;
  const options = {
    cwd: folder,
    env: {
      ...env,
      PATH: [binaries, env.PATH].join(delimiter),
      // Half of what Serverless does is to be loaded.
      NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache'),
      AWS_REGION: 'us-east-1',
      ...environment,
    },
    encoding: 'utf8' as const,
    stdio: 'pipe' as const,
  };
  return [process.execPath, [join(binaries, 'serverless'), ...command, ...given], options] as const;
}
