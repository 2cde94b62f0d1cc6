import type { OutputPart, PartSink } from '../../converter.ts';
import type { TableSinks } from '../table-output.ts';
import type { Answer } from './messages.ts';

/** Bytes on their way to the conversion and its sinks before a write waits. */
const MOST_WAITING = 4 * 1024 * 1024;

/** The sinks of the conversion, as its second thread has them: what is written is sent. */
export class PortSinks implements TableSinks {
  readonly sink = { write: (bytes: Uint8Array) => this.#write(0, bytes) };
  readonly #send: (message: Answer, moved?: ArrayBuffer[]) => void;
  #files = 0;
  #waiting = 0;
  #isClosed = false;
  readonly #wakes: (() => void)[] = [];

  constructor(send: (message: Answer, moved?: ArrayBuffer[]) => void) {
    this.#send = send;
  }

  async openPart(part: OutputPart): Promise<PartSink> {
    const file = ++this.#files;
    this.#send({ kind: 'openPart', file, part });
    return {
      write: (bytes) => this.#write(file, bytes),
      end: async ({ rows }) => this.#send({ kind: 'endPart', file, rows }),
    };
  }

  /** So many bytes are with the sinks. */
  settle(bytes: number): void {
    this.#waiting -= bytes;
    this.#wakeAll();
  }

  /** Writes fail from here on, those that wait among them. */
  close(): void {
    this.#isClosed = true;
    this.#wakeAll();
  }

  async #write(file: number, lent: Uint8Array): Promise<void> {
    while (this.#waiting > MOST_WAITING && !this.#isClosed)
      await new Promise<void>((resolve) => {
        this.#wakes.push(resolve);
      });
    if (this.#isClosed) throw new Error('the conversion has stopped');
    // Not by `slice`: what is shared between threads stays shared, and what is not has to be moved.
    const bytes = new Uint8Array(lent.length);
    bytes.set(lent);
    this.#waiting += bytes.length;
    this.#send({ kind: 'write', file, bytes }, [bytes.buffer]);
  }

  #wakeAll(): void {
    for (const wake of this.#wakes.splice(0)) wake();
  }
}
