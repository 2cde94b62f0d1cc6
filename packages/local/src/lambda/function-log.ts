import { mkdirSync, statSync } from 'node:fs';
import { appendFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Beyond this a log moves to `<name>.log.1`: a laptop's disk is not CloudWatch. */
const maxLogBytes = 64 * 1024 * 1024;

/** The log of one function: lines as CloudWatch would show them, in the order they came. */
export class FunctionLog {
  readonly path: string;
  #pending = '';
  /** The write that will take what is pending; it follows the one under way. */
  #next: Promise<void> | undefined;
  #last: Promise<void> = Promise.resolve();
  #size: number;

  constructor(path: string) {
    this.path = path;
    mkdirSync(dirname(path), { recursive: true });
    this.#size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  }

  write(line: string): void {
    this.#pending += `${line}\n`;
    // Lines that come while others are written go out together.
    this.#next ??= this.#last.then(() => this.#append());
  }

  /** Resolves when all lines so far are on disk; later ones do not hold it up. */
  flush(): Promise<void> {
    return this.#next ?? this.#last;
  }

  #append(): Promise<void> {
    const text = this.#pending;
    this.#pending = '';
    this.#last = this.#next ?? this.#last;
    this.#next = undefined;
    return this.#store(text).catch((error: unknown) => {
      process.emitWarning(`Cannot write ${this.path}: ${String(error)}`);
    });
  }

  async #store(text: string): Promise<void> {
    if (this.#size > maxLogBytes) {
      this.#size = 0;
      await rename(this.path, `${this.path}.1`).catch((error: NodeJS.ErrnoException) => {
        // Removed by hand meanwhile: nothing to move.
        if (error.code !== 'ENOENT') throw error;
      });
    }
    this.#size += Buffer.byteLength(text);
    await appendFile(this.path, text);
  }
}

/**
 * Cuts a stream of output into lines; the mark the bootstrap sends after each invocation ends a turn. `end` gives the last line
 * that had no end: a process may die in the middle of one.
 */
export function lineSplitter(
  onLine: (line: string) => void,
  onMark: (id: string) => void,
): { push(text: string): void; end(): void } {
  let rest = '';
  const push = (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const mark = line.indexOf('\u001e');
      if (mark < 0) onLine(line);
      else {
        if (mark > 0) onLine(line.slice(0, mark));
        onMark(line.slice(mark + 1));
      }
    }
    // A line without end must not grow for ever.
    if (rest.length > 1024 * 1024) {
      end();
    }
  };
  const end = () => {
    if (rest !== '') onLine(rest);
    rest = '';
  };
  return { push, end };
}
