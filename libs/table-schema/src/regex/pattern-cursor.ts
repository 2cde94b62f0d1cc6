/** Goes through a pattern by code points. */
export class PatternCursor {
  readonly #characters: string[];
  at = 0;

  constructor(pattern: string) {
    this.#characters = [...pattern];
  }

  /** The character that is next, or some further on; empty at the end. */
  peek(ahead = 0): string {
    return this.#characters[this.at + ahead] ?? '';
  }

  /** Goes past the next character; empty at the end. */
  take(): string {
    return this.#characters[this.at++] ?? '';
  }

  /** Goes past `text` if that is next. */
  takeIf(text: string): boolean {
    const characters = [...text];
    if (characters.some((character, i) => this.peek(i) !== character)) return false;
    this.at += characters.length;
    return true;
  }

  /** What stands before the next `end`, which is gone past too; undefined if there is none. */
  takeUntil(end: string): string | undefined {
    const found = this.#characters.indexOf(end, this.at);
    if (found < 0) return undefined;
    const text = this.#characters.slice(this.at, found).join('');
    this.at = found + 1;
    return text;
  }
}
