import type { WrittenEncoding } from '../delimited/written-dialect.ts';

/** Characters of windows-1252 from byte 0x80 on, where it differs from ISO 8859-1; five bytes have none. */
const windows1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';
const byteOf = new Map(Array.from(windows1252, (character, i) => [character, 0x80 + i]));

/** Encodes text, or says which character the encoding does not have. */
export type Encode = (text: string) => Buffer | { missing: string };

/** An encoder without a byte order mark. A lone surrogate has no encoding at all. */
export function encoderOf(encoding: WrittenEncoding): Encode {
  switch (encoding) {
    case 'utf-8':
      return (text) => (text.isWellFormed() ? Buffer.from(text) : { missing: loneSurrogate(text) });
    case 'utf-16le':
      return (text) =>
        text.isWellFormed() ? Buffer.from(text, 'utf16le') : { missing: loneSurrogate(text) };
    case 'utf-16be':
      return (text) =>
        text.isWellFormed() ? Buffer.from(text, 'utf16le').swap16() : { missing: loneSurrogate(text) };
    case 'iso-8859-1':
      return (text) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ISO 8859-1, as it is
        const missing = /[^\u0000-\u00ff]/u.exec(text);
        return missing ? { missing: missing[0] } : Buffer.from(text, 'latin1');
      };
    case 'windows-1252':
      return (text) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII, as it is
        if (/^[\u0000-\u007f\u00a0-\u00ff]*$/.test(text)) return Buffer.from(text, 'latin1');
        const bytes = Buffer.alloc(text.length);
        let at = 0;
        for (const character of text) {
          const code = character.codePointAt(0)!;
          const byte =
            byteOf.get(character) ?? (code < 0x80 || (code >= 0xa0 && code <= 0xff) ? code : undefined);
          if (byte === undefined) return { missing: character };
          bytes[at++] = byte;
        }
        return bytes.subarray(0, at);
      };
  }
}

function loneSurrogate(text: string): string {
  return /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.exec(text)?.[0] ?? '';
}

/** What stands before the text. */
export function byteOrderMark(encoding: WrittenEncoding): Uint8Array {
  const marks: Partial<Record<WrittenEncoding, number[]>> = {
    'utf-8': [0xef, 0xbb, 0xbf],
    'utf-16le': [0xff, 0xfe],
    'utf-16be': [0xfe, 0xff],
  };
  return Uint8Array.from(marks[encoding] ?? []);
}
