import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Publication } from '../cloudformation/publication.ts';

/**
 * What a deployment uploads beside the template lies, by its keys, in this folder of the package. The local AWS puts it
 * into the bucket of the stack as `serverless deploy` does.
 */
export const uploadsFolder = 'uploads';

export function writePublications(packageFolder: string, publications: readonly Publication[]): void {
  const folder = join(packageFolder, uploadsFolder);
  rmSync(folder, { recursive: true, force: true });
  for (const { key, text } of publications) {
    const path = join(folder, key);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
