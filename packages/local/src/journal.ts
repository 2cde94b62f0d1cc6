import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * What is accepted but not done yet, one JSON file each, so that it survives the process: at-least-once needs it.
 * A file is written whole or not at all; ids are file names.
 */
export class Journal<T> {
  readonly directory: string;

  private constructor(directory: string) {
    this.directory = directory;
  }

  static async open<T>(directory: string): Promise<Journal<T>> {
    await mkdir(directory, { recursive: true });
    // Half written when an earlier server was killed: nobody was told that it is kept.
    for (const name of await readdir(directory))
      if (name.endsWith('.partial')) await rm(join(directory, name));
    return new Journal<T>(directory);
  }

  async write(id: string, entry: T): Promise<void> {
    const path = this.#path(id);
    await writeFile(`${path}.partial`, JSON.stringify(entry));
    await rename(`${path}.partial`, path);
  }

  async read(id: string): Promise<T | undefined> {
    try {
      return JSON.parse(await readFile(this.#path(id), 'utf8')) as T;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async remove(id: string): Promise<void> {
    await rm(this.#path(id), { force: true });
  }

  /** All ids, oldest file names first. */
  async ids(): Promise<string[]> {
    const names = await readdir(this.directory);
    return names
      .filter((name) => name.endsWith('.json'))
      .map((name) => name.slice(0, -'.json'.length))
      .sort();
  }

  #path(id: string): string {
    return join(this.directory, `${id}.json`);
  }
}
