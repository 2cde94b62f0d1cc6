import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';

/** One whole process, from spawn to exit. Seconds, MiB. */
export interface Run {
  command: string;
  wall: number;
  cpu: number;
  peakMiB: number;
}

/** A command line for `sh`, run as one process group member of its own. */
export interface Contender {
  name: string;
  command: string;
  /** What it writes; removed before each run, so that nobody pays for freeing the run before. */
  output?: string;
}

const GNU_TIME = '/usr/bin/time';

/**
 * Runs every contender in turn, round after round, so that a slow moment of the machine hits all alike. The first
 * round warms caches and is not counted.
 */
export async function runPaired(contenders: Contender[], rounds: number): Promise<Map<string, Run[]>> {
  const runs = new Map<string, Run[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const { name, command, output } of contenders) {
      if (output) rmSync(output, { force: true });
      const run = await measure(command);
      if (round > 0) runs.get(name)!.push(run);
    }
  }
  return runs;
}

/** Wall time by the monotonic clock; CPU time and peak memory by GNU time, the kernel's own account. */
export async function measure(command: string): Promise<Run> {
  if (!existsSync(GNU_TIME)) throw new Error(`${GNU_TIME} is missing: apt-get install time`);
  const begin = process.hrtime.bigint();
  const child = spawn(GNU_TIME, ['-q', '-f', '\nused %U %S %M', 'sh', '-c', `exec ${command}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (text) => {
    errors += text;
  });
  const code = await new Promise<number | null>((resolve, reject) =>
    child.on('error', reject).on('close', resolve),
  );
  const wall = Number(process.hrtime.bigint() - begin) / 1e9;
  const used = /\nused ([\d.]+) ([\d.]+) (\d+)\s*$/.exec(errors);
  if (code !== 0 || !used) throw new Error(`${command} ended with ${code}: ${errors}`);
  return { command, wall, cpu: Number(used[1]) + Number(used[2]), peakMiB: Number(used[3]) / 1024 };
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Ratio a/b of the runs of the same round, then the median of the rounds. */
export function pairedRatio(a: readonly Run[], b: readonly Run[]): number {
  return median(a.map((run, round) => run.wall / b[round]!.wall));
}

export function machine(): string {
  const cpu = /model name\s*: (.*)/.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1];
  return `${cpu ?? process.arch}, Node ${process.versions.node}`;
}
