import { open } from 'node:fs/promises';

/**
 * Writes a header once and a body of lines again and again, until the file has so many bytes.
 * @param last the last body: `whole`, or `cut` after the last of its lines that there is room for
 * @returns how often the body was written
 */
export async function repeatSample(
  file: string,
  { header, body }: { header: Buffer; body: Buffer },
  bytes: number,
  last: 'whole' | 'cut',
): Promise<number> {
  const handle = await open(file, 'w');
  try {
    await handle.writeFile(header);
    let times = 0;
    for (let left = bytes - header.length; left > 0; left -= body.length, times++) {
      const fits = last === 'whole' || left >= body.length;
      await handle.writeFile(fits ? body : body.subarray(0, body.lastIndexOf('\n', left) + 1));
    }
    return times;
  } finally {
    await handle.close();
  }
}
