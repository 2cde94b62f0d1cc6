const QUOTE = 34;
const BACKSLASH = 92;

/** Passes over the tokens of JSON in a line of UTF-8. */
export class JsonCursor {
  protected bytes: Buffer = Buffer.alloc(0);
  protected at = 0;

  /** Whether all of the line, which is no object, is JSON. */
  protected isJson(): boolean {
    try {
      JSON.parse(this.bytes.toString());
      return true;
    } catch {
      return false;
    }
  }

  /** Passes over a string; says whether it has escapes, undefined if it is none. */
  protected string(): boolean | undefined {
    const bytes = this.bytes;
    let hasEscapes = false;
    for (let at = this.at + 1; at < bytes.length; at++) {
      const byte = bytes[at]!;
      if (byte === QUOTE) {
        this.at = at + 1;
        return hasEscapes;
      }
      if (byte < 32) return undefined;
      if (byte === BACKSLASH) {
        hasEscapes = true;
        at++;
      }
    }
    return undefined;
  }

  protected unescape(start: number, end: number): string | undefined {
    try {
      return JSON.parse(this.bytes.toString('utf8', start, end));
    } catch {
      return undefined;
    }
  }

  protected word(word: string): boolean {
    for (let i = 0; i < word.length; i++) if (this.bytes[this.at + i] !== word.charCodeAt(i)) return false;
    this.at += word.length;
    return true;
  }

  protected number(): boolean {
    const bytes = this.bytes;
    if (bytes[this.at] === 45) this.at++;
    if (bytes[this.at] === 48) this.at++;
    else if (!this.digits()) return false;
    if (bytes[this.at] === 46) {
      this.at++;
      if (!this.digits()) return false;
    }
    const byte = bytes[this.at];
    if (byte === 101 || byte === 69) {
      this.at++;
      if (bytes[this.at] === 43 || bytes[this.at] === 45) this.at++;
      if (!this.digits()) return false;
    }
    return true;
  }

  protected digits(): boolean {
    const start = this.at;
    for (let byte = this.bytes[this.at]!; byte >= 48 && byte <= 57; byte = this.bytes[this.at]!) this.at++;
    return this.at > start;
  }

  protected space(): void {
    const bytes = this.bytes;
    for (
      let byte = bytes[this.at];
      byte === 32 || byte === 9 || byte === 13 || byte === 10;
      byte = bytes[this.at]
    )
      this.at++;
  }
}
