import { rm, rmdir, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ConversionIo } from '@tributary/codec';
import { type FileSink, openSink } from './file-sink.ts';
import { listOf, pathsBehind, readPartsList } from './parts-list.ts';

/** Where a conversion writes: there whole in the end, or not at all. `begin` first, and one of the two ends once. */
export interface Output {
  /** @throws {UsageError} `file-not-usable` */
  begin(): Promise<void>;
  /** What the converter writes to; known once it has begun. */
  io(): Pick<ConversionIo, 'sink' | 'discard' | 'openPart'>;
  /** Where a schema goes that belongs to the output; undefined if nothing can lie beside it: it is not kept then. */
  schemaPath(): Promise<string | undefined>;
  /** Paths of what is there after `commit`; undefined for the one file that was asked for. */
  files(): string[] | undefined;
  /** Resolves to how many files of an earlier run were removed, beside those that have been replaced. */
  commit(): Promise<number>;
  /** Leaves everything as it was. Safe to call without `begin`. */
  abort(): Promise<void>;
}

export const schemaOf = (path: string): string => `${path}.schema.json`;

/** Whether files that belong to `to` can lie beside it: not beside a stream, a pipe or a device. */
export async function hasPlace(to: string): Promise<boolean> {
  if (to === '-' || /^\/(?:dev\/(?:std(?:in|out|err)$|fd\/)|proc\/)/.test(to)) return false;
  const there = await stat(to).catch(() => undefined);
  return there === undefined || there.isFile() || there.isDirectory();
}

/** One file, pipe or stdout. */
export class SingleOutput implements Output {
  readonly #to: string;
  readonly #flags: { clobber?: boolean };
  #opening: Promise<FileSink> | undefined;
  #sink: FileSink | undefined;

  constructor(to: string, flags: { clobber?: boolean }) {
    this.#to = to;
    this.#flags = flags;
  }

  async begin(): Promise<void> {
    this.#opening = openSink(this.#to, this.#flags);
    this.#sink = await this.#opening;
  }

  io(): { sink: FileSink; discard?: () => Promise<void> } {
    const sink = this.#sink!;
    return { sink, ...(sink.discard && { discard: () => sink.discard!() }) };
  }

  async schemaPath(): Promise<string | undefined> {
    return (await hasPlace(this.#to)) ? schemaOf(this.#to) : undefined;
  }

  files(): undefined {}

  async commit(): Promise<number> {
    await this.#sink!.commit();
    if (!(await hasPlace(this.#to))) return 0;
    // Of a run that made several files under this name.
    const list = await readPartsList(listOf(this.#to));
    if (!list) return 0;
    const others = pathsBehind(list).filter((path) => join(dirname(this.#to), path) !== join(this.#to));
    const removed = await removeFiles(dirname(this.#to), others);
    await rm(listOf(this.#to));
    return removed;
  }

  async abort(): Promise<void> {
    await (await this.#opening?.catch(() => undefined))?.abort();
  }
}

/**
 * Removes files below a folder, and the folders in between that are empty then. Resolves to how many of them were there.
 */
export async function removeFiles(folder: string, paths: readonly string[]): Promise<number> {
  let removed = 0;
  for (const path of paths) {
    try {
      await unlink(join(folder, path));
      removed++;
    } catch (error) {
      if (!['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
    for (let above = dirname(path); above !== '.'; above = dirname(above)) {
      try {
        await rmdir(join(folder, above));
      } catch {
        break; // there is something else in it
      }
    }
  }
  return removed;
}
