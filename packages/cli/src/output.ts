import { rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ConversionIo } from '@tributary/codec';
import { type FileSink, openSink } from './file-sink.ts';
import { pathsBehind, readPartsList } from './parts-list.ts';

/** Where a conversion writes: there whole in the end, or not at all. `begin` first, and one of the two ends once. */
export interface Output {
  /** @throws {UsageError} `file-not-usable` */
  begin(): Promise<void>;
  /** What the converter writes to; known once it has begun. */
  io(): Pick<ConversionIo, 'sink' | 'openPart'>;
  /** Where a schema goes that belongs to the output; undefined if nothing can lie beside it. */
  schemaPath(): Promise<string | undefined>;
  /** Paths of what is there after `commit`; undefined for the one file that was asked for. */
  files(): string[] | undefined;
  commit(): Promise<void>;
  /** Leaves everything as it was. Safe to call without `begin`. */
  abort(): Promise<void>;
}

/** How the list of the files that an output consists of is called, where one of them gives it its name. */
export const listOf = (path: string): string => `${path}.parts.json`;
export const schemaOf = (path: string): string => `${path}.schema.json`;

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

  io(): { sink: FileSink } {
    return { sink: this.#sink! };
  }

  async schemaPath(): Promise<string | undefined> {
    if (this.#to === '-') return undefined;
    const there = await stat(this.#to).catch(() => undefined);
    return there && !there.isFile() ? undefined : schemaOf(this.#to);
  }

  files(): undefined {}

  async commit(): Promise<void> {
    await this.#sink!.commit();
    if (this.#to === '-') return;
    // Of a run that made several files under this name.
    const list = await readPartsList(listOf(this.#to));
    if (!list) return;
    const others = pathsBehind(list).filter((path) => join(dirname(this.#to), path) !== join(this.#to));
    await removeFiles(dirname(this.#to), others);
    await rm(listOf(this.#to));
  }

  async abort(): Promise<void> {
    await (await this.#opening?.catch(() => undefined))?.abort();
  }
}

/** Removes files below a folder, and the folders in between that are empty then. */
export async function removeFiles(folder: string, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await rm(join(folder, path), { force: true });
    for (let above = dirname(path); above !== '.'; above = dirname(above)) {
      try {
        await rmdir(join(folder, above));
      } catch {
        break; // there is something else in it
      }
    }
  }
}
