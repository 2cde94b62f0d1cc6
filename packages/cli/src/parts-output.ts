import { type FileHandle, mkdir, open, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join, parse } from 'node:path';
import { type OutputPart, type PartSink, partNamer } from '@tributary/codec';
import { describeFileError, UsageError } from './failure.ts';
import { openSink, writeFully } from './file-sink.ts';
import { listOf, type Output, removeFiles, schemaOf } from './output.ts';
import { type PartsList, pathsBehind, readPartsList } from './parts-list.ts';

interface StagedPart {
  staged: string;
  /** Relative to the folder that all lie in. */
  path: string;
  rows: number;
  bytes: number;
  partition: Record<string, string | null>;
}

interface Layout {
  folder: string;
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
  readonly #stem: string;
  readonly #extension: string;
  readonly #clobber: boolean;
  readonly #parts: StagedPart[] = [];
  readonly #open = new Set<FileHandle>();
  #layout: Promise<Layout> | undefined;
  /** In which all files lie; known with the layout. */
  #folder = '.';
  /** The folder OUT, if it was made now. */
  #made: string | undefined;

  /** `stem` is what files in a folder are called. */
  constructor(to: string, stem: string, extension: string, { clobber = true } = {}) {
    this.#to = to;
    this.#stem = stem;
    this.#extension = extension;
    this.#clobber = clobber;
  }

  async begin(): Promise<void> {
    const there = await stat(this.#to).catch(() => undefined);
    if (this.#to === '-' || (there && !there.isFile() && !there.isDirectory()))
      throw this.#unusable('a folder, or a file to call the others by', 'one stream for several files');
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

  async commit(): Promise<void> {
    const { folder, list, staging } = await this.#settle(true);
    const before = await readPartsList(list);
    const paths = new Set(this.#parts.map(({ path }) => path));
    const former = [...new Set(before ? pathsBehind(before) : [])].filter((path) => !paths.has(path));
    const files = this.#parts.map(({ staged: _, partition, ...file }) => ({
      ...file,
      ...(Object.keys(partition).length > 0 && { partition }),
    }));
    // From here on the next run knows every file that may be there, however this one ends.
    await writeList(list, { state: 'committing', files, former });
    const placed = new Set<string>();
    for (const { staged, path } of this.#parts) await this.#place(staged, join(folder, path), placed);
    await removeFiles(folder, former);
    await writeList(list, { state: 'done', files, former: [] });
    await rm(staging, { recursive: true, force: true });
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
    return {
      folder: this.#to,
      nameOf: partNamer(this.#stem, this.#extension),
      list: join(this.#to, listOf(`_${this.#stem}`)),
      schema: join(this.#to, schemaOf(`_${this.#stem}`)),
      staging: this.#stagingIn(this.#to),
    };
  }

  #besideFile(): Layout {
    const { name, ext } = parse(this.#to);
    return {
      folder: dirname(this.#to),
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
