import { createReadStream, createWriteStream, existsSync, mkdirSync, statfsSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { driveStats } from '../sample/drive-stats.ts';
import { writeSample } from '../sample/write-sample.ts';

const MIB = 1024 * 1024;

/** Memory-backed where there is room for `bytes` four times over, so that no disk is measured; else the temporary folder. */
export function benchFolder(bytes: number): string {
  const shm = '/dev/shm';
  const roomy = existsSync(shm) && statfsSync(shm).bavail * statfsSync(shm).bsize > 4 * bytes;
  const folder = join(roomy ? shm : tmpdir(), 'tributary-bench');
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** The drive-stats content to repeat: the file named, inflated if need be, or the generated sample. */
export async function baseInput(folder: string, named?: string): Promise<string> {
  const base = join(folder, 'base.txt');
  if (!named) await writeSample(base, driveStats({ records: 230_896 }));
  else if (named.endsWith('.gz'))
    await pipeline(createReadStream(named), createGunzip(), createWriteStream(base));
  else await pipeline(createReadStream(named), createWriteStream(base));
  return base;
}

/** `base` with its header once and its records again and again up to `mib`, whole records only. Kept between runs. */
export async function repeatedInput(folder: string, base: string, mib: number): Promise<string> {
  const file = join(folder, `${mib}.txt`);
  const { mtimeMs, size } = statSync(base);
  if (existsSync(file) && statSync(file).mtimeMs >= mtimeMs) return file;
  const text = Buffer.alloc(size);
  const [from, to] = [await open(base, 'r'), await open(file, 'w')];
  await from.read(text, 0, size, 0);
  const body = text.subarray(text.indexOf('\n') + 1);
  await to.write(text.subarray(0, size - body.length));
  for (let left = mib * MIB - (size - body.length); left > 0; left -= body.length) {
    const part = left >= body.length ? body : body.subarray(0, body.lastIndexOf('\n', left) + 1);
    await to.write(part);
  }
  await Promise.all([from.close(), to.close()]);
  return file;
}

/** One gzip member at the usual level, as a vendor would send it. */
export async function gzipped(file: string): Promise<string> {
  const packed = `${file}.gz`;
  if (!existsSync(packed) || statSync(packed).mtimeMs < statSync(file).mtimeMs) {
    await pipeline(
      createReadStream(file, { highWaterMark: MIB }),
      createGzip({ chunkSize: MIB }),
      createWriteStream(packed),
    );
  }
  return packed;
}
