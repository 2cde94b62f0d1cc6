import { close, read, readSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import type { ByteRange } from './ranges.ts';

const readAsync = promisify(read);
const closeAsync = promisify(close);

/** Up to this size bytes are read and sent in one piece. */
const smallRange = 256 * 1024;
const blockBytes = 1024 * 1024;
/** Blocks kept for reuse. */
const spareBlocks = 16;

const spare: Buffer[] = [];

/**
 * Sends part of an open file as the body of an answer whose head is written, and closes the file. Two blocks take turns, one being
 * read while the other is sent: streams would allocate a block for each read.
 * @throws Error if the file ends early; a client that goes away is no error
 */
export async function sendFile(fd: number, range: ByteRange, response: ServerResponse): Promise<void> {
  const blocks: Buffer[] = [];
  try {
    if (range.length <= smallRange) {
      response.end(readSmall(fd, range));
      return;
    }
    const free = [takeBlock(), takeBlock()];
    blocks.push(...free);
    let wake: (() => void) | undefined;
    let gone = false;
    const wakeUp = () => wake?.();
    const leave = () => {
      gone = true;
      wakeUp();
    };
    response.once('close', leave);
    const end = range.offset + range.length;
    for (let position = range.offset; position < end && !gone; ) {
      const block = free.pop();
      if (!block) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      const { bytesRead } = await readAsync(fd, block, 0, Math.min(blockBytes, end - position), position);
      if (bytesRead === 0) throw new Error('The file of an object ended early');
      position += bytesRead;
      response.write(block.subarray(0, bytesRead), () => {
        free.push(block);
        wakeUp();
      });
    }
    // A block still under way must not be given to another answer.
    while (free.length < blocks.length && !gone) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    response.off('close', leave);
    if (gone) blocks.length = 0;
    else response.end();
  } finally {
    for (const block of blocks) if (spare.length < spareBlocks) spare.push(block);
    await closeAsync(fd);
  }
}

function readSmall(fd: number, { offset, length }: ByteRange): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  for (let done = 0; done < length; ) {
    const count = readSync(fd, bytes, done, length - done, offset + done);
    if (count === 0) throw new Error('The file of an object ended early');
    done += count;
  }
  return bytes;
}

function takeBlock(): Buffer {
  return spare.pop() ?? Buffer.allocUnsafeSlow(blockBytes);
}
