import * as map from '../../kernel/validation/memory-map.ts';
import { type Cell, isValue } from './batch-memory.ts';

/** Rows that have a value, and one that is not good. */
export function listBad<T>(cells: readonly Cell<T>[], isGood: (value: T) => boolean): number[] {
  return cells.flatMap((cell, row) => (isValue(cell) && !isGood(cell.value) ? [row] : []));
}

export function listAbsent(cells: readonly Cell<unknown>[]): number[] {
  return cells.flatMap(({ is }, row) => (is === map.PRESENT_NONE ? [row] : []));
}

/** Texts known to be good, in limited room: those that are added beyond it are refused. */
export class NaiveKnown {
  readonly #texts: string[] = [];
  readonly #most: number;
  #room: number;

  constructor(most: number, room: number) {
    this.#most = most;
    this.#room = room;
  }

  add(text: Uint8Array): boolean {
    if (this.#texts.length === this.#most || text.length > this.#room) return false;
    this.#texts.push(Buffer.from(text).toString('hex'));
    this.#room -= text.length;
    return true;
  }

  has(text: Uint8Array): boolean {
    return this.#texts.includes(Buffer.from(text).toString('hex'));
  }
}
