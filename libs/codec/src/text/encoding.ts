/** Encodings that text input may have; output is always UTF-8. */
export const encodings = ['utf-8', 'iso-8859-1', 'windows-1252'] as const;
export type Encoding = (typeof encodings)[number];

// 0x80..0x9f of windows-1252; the five unassigned bytes are the C1 controls, as WHATWG Encoding has them.
const windows1252 = [
  0x20ac, 0x81, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021, 0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0x8d,
  0x17d, 0x8f, 0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x2dc, 0x2122, 0x161, 0x203a,
  0x153, 0x9d, 0x17e, 0x178,
];

/**
 * The code points of bytes 0x80 to 0xff in an 8-bit encoding. `iso-8859-1` is the ISO standard (0x80..0x9f are C1
 * controls), not the alias for windows-1252 that browsers make of it.
 */
export function upperHalf(encoding: Exclude<Encoding, 'utf-8'>): number[] {
  return Array.from({ length: 128 }, (_, i) => (encoding === 'windows-1252' && windows1252[i]) || 0x80 + i);
}

/** `text` in `encoding`, or undefined if it holds a character that the encoding lacks. */
export function encodeText(text: string, encoding: Encoding): Uint8Array | undefined {
  if (encoding === 'utf-8') return new TextEncoder().encode(text);
  const table = upperHalf(encoding);
  const bytes = Array.from(text, (character) => {
    const code = character.codePointAt(0)!;
    if (code < 0x80) return code;
    const index = table.indexOf(code);
    return index < 0 ? -1 : 0x80 + index;
  });
  return bytes.includes(-1) ? undefined : Uint8Array.from(bytes);
}
