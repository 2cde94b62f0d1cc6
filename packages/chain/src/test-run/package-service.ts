import { execFile } from 'node:child_process';
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
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** The checkout that a folder lies in: where the services are. Undefined if it lies in none. */
export function findCheckout(folder: string): string | undefined {
  for (let here = folder; ; here = dirname(here)) {
    if (existsSync(join(here, 'services/event-bus/serverless.yml'))) return here;
    if (dirname(here) === here) return undefined;
  }
}

/**
 * Packages a service as for AWS, once for all that it is made of.
 * @returns the `.serverless` folder
 */
export async function packageService(checkout: string, service: string, stage: string): Promise<string> {
  const original = join(checkout, 'services', service);
  const made = ['serverless.yml', 'package.json', 'deployment.cjs', 'dist'].filter((part) =>
    existsSync(join(original, part)),
  );
  const digest = createHash('sha256').update(JSON.stringify([service, stage]));
  for (const path of [
    ...made.flatMap((part) => filesOf(join(original, part))),
    ...filesOf(join(checkout, 'libs/service/src/deployment')),
    ...filesOf(join(checkout, 'package-lock.json')),
  ])
    digest.update(path).update(readFileSync(path));
  const cache = join(checkout, 'node_modules/.cache/tributary');
  const kept = join(cache, `${service}-${digest.digest('hex').slice(0, 16)}`);
  if (existsSync(kept)) return kept;
  mkdirSync(cache, { recursive: true });
  // Not in the cache: Serverless looks through node_modules, and would come by its own copy round and round.
  const copy = mkdtempSync(join(tmpdir(), 'tributary-packaging-'));
  const staged = `${kept}.${process.pid}`;
  try {
    for (const part of made) cpSync(join(original, part), join(copy, part), { recursive: true });
    symlinkSync(join(checkout, 'node_modules'), join(copy, 'node_modules'));
    const binaries = join(checkout, 'node_modules/.bin');
    const { AWS_PROFILE: _1, AWS_ENDPOINT_URL: _2, ...env } = process.env;
    await promisify(execFile)(
      process.execPath,
      [join(binaries, 'serverless'), 'package', `--stage=${stage}`],
      {
        cwd: copy,
        env: { ...env, AWS_REGION: 'us-east-1', PATH: [binaries, env.PATH].join(delimiter) },
      },
    );
    cpSync(join(copy, '.serverless'), staged, { recursive: true });
    renameSync(staged, kept);
  } catch (error) {
    if (!existsSync(kept)) throw error; // or another was quicker
  } finally {
    rmSync(copy, { recursive: true, force: true });
    rmSync(staged, { recursive: true, force: true });
  }
  return kept;
}

function filesOf(path: string): string[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  return stat.isFile() ? [path] : readdirSync(path).flatMap((name) => filesOf(join(path, name)));
}
