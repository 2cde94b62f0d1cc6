import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const launcher = join(import.meta.dirname, '../bin/tributary.mjs');

export interface Outcome {
  code: number | null;
  signal?: NodeJS.Signals;
  stdout: Buffer;
  stderr: string;
}

/** Starts the command as a user would, in a process of its own. */
export function start(args: string[], { cwd, env = {} }: { cwd: string; env?: object }): ChildProcess {
  return spawn(process.execPath, [launcher, ...args], {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/** Resolves when `child` has ended. */
export function outcomeOf(child: ChildProcess): Promise<Outcome> {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout!.on('data', (chunk) => out.push(chunk));
  child.stderr!.on('data', (chunk) => err.push(chunk));
  return new Promise((resolve, reject) =>
    child.on('error', reject).on('close', (code, signal) =>
      resolve({
        code,
        ...(signal ? { signal } : {}),
        stdout: Buffer.concat(out),
        stderr: Buffer.concat(err).toString(),
      }),
    ),
  );
}

/** Runs the command to its end. */
export async function run(
  args: string[],
  { cwd, env, input }: { cwd: string; env?: object; input?: Uint8Array },
): Promise<Outcome> {
  const child = start(args, { cwd, ...(env ? { env } : {}) });
  child.stdin!.on('error', () => {}); // it may end before it has read all
  child.stdin!.end(input);
  return await outcomeOf(child);
}

/** A folder that is gone at the end of `await using`. */
export async function temporaryFolder(): Promise<
  { path: string; names(): Promise<string[]> } & AsyncDisposable
> {
  const path = await mkdtemp(join(tmpdir(), 'tributary-cli-'));
  return {
    path,
    names: async () => (await readdir(path)).sort(),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}
