import { type FileHandle, mkdir, open, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join, parse } from 'node:path';
import { type OutputPart, type PartSink, partNamer } from '@tributary/codec';
import { describeFileError, UsageError } from './failure.ts';
import { openSink, writeFully } from './file-sink.ts';
import { type Output, removeFiles, schemaOf } from './output.ts';
import { findTaken, listOf, type PartsList, pathsBehind, readPartsList } from './parts-list.ts';

interface StagedPart {
  staged: string;
  /** Relative to the folder that all lie in. */
  path: string;
  rows: number;
  bytes: number;
  partition: Record<string, string | null>;
}

interface PartsInput {
  /** What files in a folder are called. */
  stem: string;
  /** Tells it from other inputs of that name: see `originOf`. */
  origin: string;
}

interface Layout {
  folder: string;
  /** Whether outputs of other inputs may lie there too. */
  shared: boolean;
  nameOf: (part: OutputPart) => string;
  list: string;
  schema: string;
  /** A hidden folder in the same file system. */
  staging: string;
}

/**
 * An output of several files. With partitions OUT is a folder, `OUT/column=value/<stem>.parquet`; else OUT is the first of
 * them, and `a.00002.parquet` the second of `a.parquet`. They are written to a hidden folder and take their places at the
 * end, one after the other; a list says which they are, so that the next run can take away those that it has no more.
 */
export class PartsOutput implements Output {
  readonly #to: string;
  readonly #input: PartsInput;
  readonly #extension: string;
  readonly #clobber: boolean;
  readonly #parts: StagedPart[] = [];
  readonly #open = new Set<FileHandle>();
  #layout: Promise<Layout> | undefined;
  /** In which all files lie; known with the layout. */
  #folder = '.';
  /** The folder OUT, if it was made now. */
  #made: string | undefined;

  constructor(to: string, input: PartsInput, extension: string, { clobber = true } = {}) {
    this.#to = to;
    this.#input = input;
    this.#extension = extension;
    this.#clobber = clobber;
  }

  async begin(): Promise<void> {
    const there = await stat(this.#to).catch(() => undefined);
    if (this.#to === '-' || (there && !there.isFile() && !there.isDirectory()))
      throw this.#unusable('a folder, or a file to call the others by', 'one stream for several files');
    if (there?.isDirectory()) await this.#listBefore(this.#inFolder());
  }

  io(): { openPart: (part: OutputPart) => Promise<PartSink> } {
    return { openPart: (part) => this.#openPart(part) };
  }

  async schemaPath(): Promise<string> {
    return (await this.#settle(true)).schema;
  }

  files(): string[] {
    return this.#parts.map(({ path }) => join(this.#folder, path));
  }

  async commit(): Promise<number> {
    const layout = await this.#settle(true);
    const { folder, list, staging } = layout;
    const before = await this.#listBefore(layout); // there may be one by now
    const paths = new Set(this.#parts.map(({ path }) => path));
    const taken = layout.shared && (await findTaken(folder, this.#input.stem, paths));
    if (taken)
      throw this.#unusable(
        'another folder, or an input by another name',
        `${taken.path}, which is of ${taken.input}`,
      );
    const former = [...new Set(before ? pathsBehind(before) : [])].filter((path) => !paths.has(path));
    const files = this.#parts.map(({ staged: _, partition, ...file }) => ({
      ...file,
      ...(Object.keys(partition).length > 0 && { partition }),
    }));
    // From here on the next run knows every file that may be there, however this one ends.
    const input = this.#input.origin;
    await writeList(list, { input, state: 'committing', files, former });
    const placed = new Set<string>();
    for (const { staged, path } of this.#parts) await this.#place(staged, join(folder, path), placed);
    const removed = await removeFiles(folder, former);
    await writeList(list, { input, state: 'done', files, former: [] });
    await rm(staging, { recursive: true, force: true });
    return removed;
  }

  async abort(): Promise<void> {
    const layout = await this.#layout?.catch(() => undefined);
    await Promise.allSettled([...this.#open].map((file) => file.close()));
    if (layout) await rm(layout.staging, { recursive: true, force: true });
    if (this.#made !== undefined) await rmdir(this.#made).catch(() => {}); // others may use it by now
  }

  async #openPart(part: OutputPart): Promise<PartSink> {
    const { folder, nameOf, staging } = await this.#settle(part.partition.length > 0);
    const path = nameOf(part);
    if (!this.#clobber && (await stat(join(folder, path)).catch(() => undefined)))
      throw this.#unusable('files that are not there yet', `there is ${join(folder, path)} already`);
    const staged = join(staging, String(this.#parts.length));
    const entry = { staged, path, rows: 0, bytes: 0, partition: Object.fromEntries(part.partition) };
    this.#parts.push(entry);
    const file = await open(staged, 'wx');
    this.#open.add(file);
    return {
      async write(bytes) {
        await writeFully(file, bytes);
        entry.bytes += bytes.length;
      },
      end: async ({ rows }) => {
        entry.rows = rows;
        this.#open.delete(file);
        await file.close();
      },
    };
  }

  /**
   * The list of the run before. In a folder, where files are called by the input, it may be of another input of that
   * name, whose files are not ours to take away; a file that was named as OUT is there to be replaced.
   */
  async #listBefore({ list, shared }: Layout): Promise<PartsList | undefined> {
    const before = await readPartsList(list);
    const { stem, origin } = this.#input;
    if (before && shared && before.input !== origin)
      throw this.#unusable(
        `another folder, an input whose files are not called ${stem}, or the same input as before`,
        `${origin}; ${list} is of ${before.input}`,
      );
    return before;
  }

  /** The first part shows whether there are partitions. */
  #settle(partitioned: boolean): Promise<Layout> {
    this.#layout ??= this.#layOut(partitioned);
    return this.#layout;
  }

  async #layOut(partitioned: boolean): Promise<Layout> {
    const there = await stat(this.#to).catch(() => undefined);
    if (partitioned && there?.isFile()) throw this.#unusable('a folder, for partitions', 'a file');
    if (!partitioned && there?.isDirectory()) throw this.#unusable('a file to write', 'a folder');
    const layout = partitioned ? this.#inFolder() : this.#besideFile();
    if (!this.#clobber && (await stat(layout.list).catch(() => undefined)))
      throw this.#unusable('an output that is not there yet', `there is ${layout.list} already`);
    try {
      if (partitioned && !there) {
        await mkdir(this.#to);
        this.#made = this.#to;
      }
      await mkdir(layout.staging);
      this.#folder = layout.folder;
    } catch (error) {
      throw describeFileError(error, 'a file to write', this.#to);
    }
    return layout;
  }

  /** Names that begin with `_` are no data to Hive, Spark, Athena and DuckDB's own partitions. */
  #inFolder(): Layout {
    const { stem } = this.#input;
    return {
      folder: this.#to,
      shared: true,
      nameOf: partNamer(stem, this.#extension),
      list: join(this.#to, listOf(`_${stem}`)),
      schema: join(this.#to, schemaOf(`_${stem}`)),
      staging: this.#stagingIn(this.#to),
    };
  }

  #besideFile(): Layout {
    const { name, ext } = parse(this.#to);
    return {
      folder: dirname(this.#to),
      shared: false,
      nameOf: partNamer(name, ext),
      list: listOf(this.#to),
      schema: schemaOf(this.#to),
      staging: this.#stagingIn(dirname(this.#to)),
    };
  }

  #stagingIn(folder: string): string {
    const name = basename(this.#to).slice(0, 200);
    return join(folder, `.${name}.${process.pid}-${Date.now().toString(36)}.part`);
  }

  /** @param placed device and inode of files that have their place already */
  async #place(staged: string, path: string, placed: Set<string>): Promise<void> {
    try {
      await mkdir(dirname(path), { recursive: true });
      const there = await stat(path).catch(() => undefined);
      if (there && placed.has(`${there.dev}:${there.ino}`))
        throw this.#unusable(
          'partitions that the file system tells apart',
          `${path} under two names that differ in case`,
        );
      const { dev, ino } = await stat(staged);
      await rename(staged, path);
      placed.add(`${dev}:${ino}`);
    } catch (error) {
      throw describeFileError(error, 'a file to write', path);
    }
  }

  #unusable(expected: string, got: string): UsageError {
    return new UsageError({ code: 'file-not-usable', what: `Cannot use ${this.#to}`, expected, got });
  }
}

async function writeList(path: string, list: PartsList): Promise<void> {
  const sink = await openSink(path);
  try {
    await sink.write(Buffer.from(`${JSON.stringify(list, null, 1)}\n`));
    await sink.commit();
  } catch (error) {
    await sink.abort();
    throw error;
  }
}
