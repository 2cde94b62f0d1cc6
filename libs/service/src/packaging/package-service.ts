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
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { copyService, serverless } from './serverless.ts';

/**
 * Packages a service as for AWS, in a copy of its folder.
 * @param copy the folder of the copy; what it held goes
 * @returns the `.serverless` folder
 */
export async function packageService(
  checkout: string,
  service: string,
  copy: string,
  { params = {}, flags = [] }: { params?: Record<string, string>; flags?: readonly string[] } = {},
): Promise<string> {
  rmSync(copy, { recursive: true, force: true });
  copyService(checkout, service, copy);
  await promisify(execFile)(...serverless(checkout, copy, ['package', ...flags], { params }));
  return join(copy, '.serverless');
}

/**
 * A service packaged without params, once for all that it is made of: whoever asks again gets what is kept.
 * @returns the `.serverless` folder
 */
export async function packageOnce(checkout: string, service: string, stage: string): Promise<string> {
  const original = join(checkout, 'services', service);
  const digest = createHash('sha256').update(JSON.stringify([service, stage]));
  for (const path of [
    ...['serverless.yml', 'package.json', 'deployment.cjs', 'deployment', 'dist'].map((part) =>
      join(original, part),
    ),
    join(checkout, 'libs/service/src/deployment'),
    join(checkout, 'package-lock.json'),
  ].flatMap(filesOf))
    digest.update(path).update(readFileSync(path));
  const cache = join(checkout, 'node_modules/.cache/tributary');
  const kept = join(cache, `${service}-${digest.digest('hex').slice(0, 16)}`);
  if (existsSync(kept)) return kept;
  mkdirSync(cache, { recursive: true });
  // Not in the cache: Serverless looks through node_modules, and would come by its own copy round and round.
  const folder = mkdtempSync(join(tmpdir(), 'tributary-packaging-'));
  const staged = `${kept}.${process.pid}`;
  try {
    const made = await packageService(checkout, service, join(folder, service), {
      flags: [`--stage=${stage}`],
    });
    cpSync(made, staged, { recursive: true });
    renameSync(staged, kept);
  } catch (error) {
    if (!existsSync(kept)) throw error; // or another was quicker
  } finally {
    rmSync(folder, { recursive: true, force: true });
    rmSync(staged, { recursive: true, force: true });
  }
  return kept;
}

function filesOf(path: string): string[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  return stat.isFile() ? [path] : readdirSync(path).flatMap((name) => filesOf(join(path, name)));
}
