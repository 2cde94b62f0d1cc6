import { appendFile, mkdir, open, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from './errors.ts';

/** A file is not written on when it is as large as this. */
const segmentBytes = 4 * 1024 * 1024;
/** Written at once, at most, besides one entry more. */
const batchBytes = 4 * 1024 * 1024;
/** Entries are held in memory up to this; those beyond it are read from their file. */
const heldBytes = 16 * 1024 * 1024;
/** Files that are mostly of entries that are gone are rewritten when there are more than so many. */
const fewSegments = 4;

/** One file of lines, `{"id":…,"entry":…}` or `{"id":…}` for an entry that is gone; later lines win. */
interface Segment {
  path: string;
  bytes: number;
  /** Entries whose last line is in this file. */
  ids: Set<string>;
}

/** Where the last line of an entry lies. */
interface Place {
  segment: Segment;
  at: number;
  bytes: number;
  /** A string: a small buffer would keep the whole block of memory that it is cut from. */
  line?: string;
}

interface Line {
  id: string;
  text: string;
  bytes: number;
  removes: boolean;
}

interface Waiting extends Line {
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * What is accepted but not done yet, so that it survives the process: at-least-once needs it. Entries are lines that are
 * only ever appended, all that wait in one write; a file goes when no entry in it, nor in an older one, is left.
 */
export class Journal<T> {
  readonly directory: string;
  #segments: Segment[] = [];
  #places = new Map<string, Place>();
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #made = 0;
  #held = 0;
  #live = 0;
  /** The last file may end in half a line. */
  #torn = true;
  #destroyed = false;

  private constructor(directory: string) {
    this.directory = directory;
  }

  static async open<T>(directory: string): Promise<Journal<T>> {
    await mkdir(directory, { recursive: true });
    const journal = new Journal<T>(directory);
    const names = (await readdir(directory)).sort();
    for (const name of names) if (/^\d{8}\.jsonl$/.test(name)) await journal.#readSegment(name);
    await journal.#dropDead();
    // Earlier versions kept a file for each entry.
    for (const name of names) if (name.endsWith('.json')) await journal.#takeOver(name);
    return journal;
  }

  /** Resolves when the entry would survive a kill of the process. */
  write(id: string, entry: T): Promise<void> {
    return this.#append(id, JSON.stringify({ id, entry }), false);
  }

  async read(id: string): Promise<T | undefined> {
    for (;;) {
      const place = this.#places.get(id);
      if (!place) return undefined;
      try {
        const line = place.line ?? (await readLine(place));
        return (JSON.parse(line) as { entry: T }).entry;
      } catch (error) {
        // Its file went while we were reading: it is gone, or in a newer one.
        if (this.#places.get(id) === place) throw error;
      }
    }
  }

  async remove(id: string): Promise<void> {
    if (this.#places.has(id) || this.#writing) await this.#append(id, JSON.stringify({ id }), true);
  }

  /** All ids, those written last at the end. */
  ids(): string[] {
    return [...this.#places.keys()];
  }

  /** All entries and their ids, in that order; without those that go meanwhile. */
  async *entries(): AsyncIterable<[id: string, entry: T]> {
    for (const id of this.ids()) {
      const entry = await this.read(id);
      if (entry !== undefined) yield [id, entry];
    }
  }

  /** Removes all entries and the folder. */
  async destroy(): Promise<void> {
    // Somebody may yet come with an entry, and another journal may be there by then.
    this.#destroyed = true;
    await this.#writing;
    this.#places.clear();
    await rm(this.directory, { recursive: true, force: true });
  }

  #append(id: string, text: string, removes: boolean): Promise<void> {
    if (this.#destroyed) return Promise.reject(new Error(`${this.directory} is no journal any more`));
    const line = `${text}\n`;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ id, text: line, bytes: Buffer.byteLength(line), removes, resolve, reject });
      this.#writing ??= this.#writeWaiting();
    });
  }

  async #writeWaiting(): Promise<void> {
    // What is asked for in the same turn goes into the same write.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#takeBatch();
      try {
        await this.#write(batch);
      } catch (error) {
        for (const { reject } of batch) reject(error);
        continue;
      }
      // First, so that nothing is under way any more when all that was asked for is done.
      await this.#tidy();
      for (const { resolve } of batch) resolve();
    }
    this.#writing = undefined;
  }

  #takeBatch(): Waiting[] {
    let count = 0;
    for (let bytes = 0; count < this.#waiting.length && bytes < batchBytes; count++)
      bytes += this.#waiting[count]!.bytes;
    return this.#waiting.splice(0, count);
  }

  async #write(batch: readonly Line[]): Promise<void> {
    const segment = this.#open();
    this.#torn = true;
    try {
      await appendFile(segment.path, batch.map(({ text }) => text).join(''));
    } catch (error) {
      await this.#undo(segment);
      throw error;
    }
    this.#torn = false;
    for (const { id, text, bytes, removes } of batch) {
      this.#forget(id);
      if (!removes) this.#note(id, { segment, at: segment.bytes, bytes }, text);
      segment.bytes += bytes;
    }
  }

  /** Takes back what may stand of a write that failed: who asked for it was told that it is not there. */
  async #undo(segment: Segment): Promise<void> {
    try {
      await truncate(segment.path, segment.bytes);
      this.#torn = false;
    } catch {
      // The next write begins another file.
      if (segment.bytes > 0) return;
      this.#segments.pop();
      await rm(segment.path, { force: true }).catch(() => {});
    }
  }

  /** The file to append to. */
  #open(): Segment {
    const last = this.#segments.at(-1);
    if (last && !this.#torn && last.bytes < segmentBytes) return last;
    return this.#add(`${String(this.#made + 1).padStart(8, '0')}.jsonl`);
  }

  #add(name: string): Segment {
    this.#made = Number.parseInt(name, 10);
    const segment = { path: join(this.directory, name), bytes: 0, ids: new Set<string>() };
    this.#segments.push(segment);
    return segment;
  }

  #note(id: string, place: Place, line: string): void {
    if (this.#held + place.bytes <= heldBytes) {
      place.line = line;
      this.#held += place.bytes;
    }
    this.#places.set(id, place);
    this.#live += place.bytes;
    place.segment.ids.add(id);
  }

  #forget(id: string): void {
    const place = this.#places.get(id);
    if (!place) return;
    this.#places.delete(id);
    place.segment.ids.delete(id);
    if (place.line !== undefined) this.#held -= place.bytes;
    this.#live -= place.bytes;
  }

  async #tidy(): Promise<void> {
    try {
      await this.#dropDead();
      if (this.#segments.length > fewSegments && this.#mostlyDead()) {
        await this.#moveOldest();
        await this.#dropDead();
      }
    } catch (error) {
      process.emitWarning(
        `${this.directory} is larger than it must be until the next write: ${messageOf(error)}`,
      );
    }
  }

  /** Oldest first: a line that says that an entry is gone is needed as long as the entry's own is there. */
  async #dropDead(): Promise<void> {
    const keep = this.#torn ? 0 : 1;
    while (this.#segments.length > keep && this.#segments[0]!.ids.size === 0) {
      await rm(this.#segments[0]!.path, { force: true });
      this.#segments.shift();
    }
  }

  #mostlyDead(): boolean {
    return this.#live * 4 < this.#segments.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Writes what lives in the oldest file once more: one entry that nobody takes must not keep all files after it. */
  async #moveOldest(): Promise<void> {
    const moved: Line[] = [];
    for (const id of this.#segments[0]!.ids) {
      const place = this.#places.get(id)!;
      moved.push({ id, text: place.line ?? (await readLine(place)), bytes: place.bytes, removes: false });
    }
    await this.#write(moved);
  }

  async #readSegment(name: string): Promise<void> {
    const segment = this.#add(name);
    const bytes = await readFile(segment.path);
    segment.bytes = bytes.length;
    for (let at = 0; ; ) {
      const end = bytes.indexOf('\n', at) + 1;
      // Half a line was under way when an earlier server was killed: nobody was told that it is kept.
      if (end === 0) return;
      const line = bytes.toString('utf8', at, end);
      const { id, entry } = JSON.parse(line) as { id: string; entry?: T };
      this.#forget(id);
      if (entry !== undefined) this.#note(id, { segment, at, bytes: end - at }, line);
      at = end;
    }
  }

  async #takeOver(name: string): Promise<void> {
    const path = join(this.directory, name);
    await this.write(name.slice(0, -'.json'.length), JSON.parse(await readFile(path, 'utf8')) as T);
    await rm(path);
  }
}

async function readLine({ segment, at, bytes }: Place): Promise<string> {
  const file = await open(segment.path);
  try {
    const line = Buffer.alloc(bytes);
    await file.read(line, 0, bytes, at);
    return line.toString();
  } finally {
    await file.close();
  }
}
