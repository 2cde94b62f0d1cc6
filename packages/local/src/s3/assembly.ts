import { rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { PartRecord } from './records.ts';

/** Writes parts end to end into a new file. Leaves none behind if it throws. */
export async function concatenate(
  directory: string,
  parts: readonly PartRecord[],
  path: string,
): Promise<void> {
  const out = await open(path, 'wx');
  try {
    const buffer = Buffer.allocUnsafe(1024 * 1024);
    for (const part of parts) {
      const from = await open(join(directory, part.path), 'r');
      try {
        await copyBytes(from, part.offset, part.size, out, buffer);
      } finally {
        await from.close();
      }
    }
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    await out.close();
  }
}

async function copyBytes(
  from: FileHandle,
  offset: number,
  size: number,
  to: FileHandle,
  buffer: Buffer,
): Promise<void> {
  for (let done = 0; done < size; ) {
    const { bytesRead } = await from.read(buffer, 0, Math.min(buffer.length, size - done), offset + done);
    if (bytesRead === 0) throw new Error('A part ended early');
    for (let written = 0; written < bytesRead; ) {
      written += (await to.write(buffer, written, bytesRead - written)).bytesWritten;
    }
    done += bytesRead;
  }
}
