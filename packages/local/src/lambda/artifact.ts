import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, normalize, sep } from 'node:path';
import { unzipSync } from 'fflate';
import { DeployError, messageOf } from '../errors.ts';

/** Lambda's own limit for an unzipped package. */
const maxUnzippedBytes = 250 * 1024 * 1024;

export interface Artifact {
  /** The folder that becomes `LAMBDA_TASK_ROOT`. */
  directory: string;
  /** Base64, as Lambda reports it. */
  sha256: string;
  bytes: number;
}

/**
 * Unpacks a function's zip into `<root>/<digest>`; the same zip is unpacked once.
 * @throws DeployError `artifact-unreadable`: no zip, too large, or a path that leaves the folder
 */
export async function unpackArtifact(zip: Uint8Array, root: string): Promise<Artifact> {
  const digest = createHash('sha256').update(zip).digest();
  const artifact = {
    directory: join(root, digest.toString('hex').slice(0, 32)),
    sha256: digest.toString('base64'),
    bytes: zip.byteLength,
  };
  if (existsSync(artifact.directory)) return artifact;
  const files = readZip(zip);
  const partial = `${artifact.directory}.partial-${process.pid}`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) {
    const path = normalize(name);
    if (path.startsWith('..') || path.startsWith(sep)) {
      throw new DeployError(
        'artifact-unreadable',
        `The zip has a path outside its folder: ${JSON.stringify(name)}`,
      );
    }
    const target = join(partial, path);
    if (name.endsWith('/')) await mkdir(target, { recursive: true });
    else {
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, bytes);
    }
  }
  await rename(partial, artifact.directory);
  return artifact;
}

function readZip(zip: Uint8Array): Record<string, Uint8Array> {
  let unzipped = 0;
  try {
    return unzipSync(zip, {
      filter: (file) => {
        unzipped += file.originalSize;
        if (unzipped > maxUnzippedBytes)
          throw new Error(`unzipped size must be smaller than ${maxUnzippedBytes} bytes`);
        return true;
      },
    });
  } catch (error) {
    throw new DeployError(
      'artifact-unreadable',
      `The function's package is no zip that can be read: ${messageOf(error)}`,
    );
  }
}
