import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';

const mebibyte = 1024 * 1024;

/**
 * The most memory a process has held so far, in MB; undefined if it is gone. Linux keeps the peak itself;
 * elsewhere (`ps`) it is what it holds now, so the caller keeps the highest.
 */
export async function peakMemoryMb(pid: number): Promise<number | undefined> {
  if (process.platform === 'linux') {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
    return peak === undefined ? undefined : Math.ceil((Number(peak) * 1024) / mebibyte);
  }
  return new Promise((resolve) => {
    execFile('ps', ['-o', 'rss=', '-p', String(pid)], (error, output) => {
      const kilobytes = Number(output?.trim());
      resolve(error || !kilobytes ? undefined : Math.ceil((kilobytes * 1024) / mebibyte));
    });
  });
}
