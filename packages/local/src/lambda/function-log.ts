import { mkdirSync, renameSync, statSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Beyond this a log moves to `<name>.log.1`: a laptop's disk is not CloudWatch. */
const maxLogBytes = 64 * 1024 * 1024;

/** The log of one function: lines as CloudWatch would show them, in the order they came. */
export class FunctionLog {
  readonly path: string;
  #pending = '';
  #writing: Promise<void> | undefined;
  #size: number;

  constructor(path: string) {
    this.path = path;
    mkdirSync(dirname(path), { recursive: true });
    this.#size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  }

  write(line: string): void {
    this.#pending += `${line}\n`;
    this.#writing ??= this.#drain();
  }

  /** Resolves when all lines so far are on disk. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  async #drain(): Promise<void> {
    // One turn later, so that lines that come together go out together.
    await Promise.resolve();
    while (this.#pending !== '') {
      const text = this.#pending;
      this.#pending = '';
      if (this.#size > maxLogBytes) {
        renameSync(this.path, `${this.path}.1`);
        this.#size = 0;
      }
      this.#size += Buffer.byteLength(text);
      await appendFile(this.path, text).catch((error: unknown) => {
        process.emitWarning(`Cannot write ${this.path}: ${String(error)}`);
      });
    }
    this.#writing = undefined;
  }
}

/** Cuts a stream of output into lines; the mark the bootstrap sends after each invocation ends a turn. */
export function lineSplitter(
  onLine: (line: string) => void,
  onMark: (id: string) => void,
): (text: string) => void {
  let rest = '';
  return (text) => {
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
      onLine(rest);
      rest = '';
    }
  };
}
