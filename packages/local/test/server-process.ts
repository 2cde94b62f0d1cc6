import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Starts a program of `test/programs`, to be killed; resolves with the first line it prints. */
export async function startProgram(
  name: string,
  args: string[],
): Promise<{ child: ChildProcess; line: string }> {
  const program = join(import.meta.dirname, 'programs', `${name}.ts`);
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const died = once(child, 'exit').then(([code]) => {
    throw new Error(`${name} ended with ${code} before it was ready`);
  });
  const [output] = (await Promise.race([once(child.stdout!, 'data'), died])) as [Buffer];
  died.catch(() => {});
  return { child, line: output.toString('utf8').trim() };
}
