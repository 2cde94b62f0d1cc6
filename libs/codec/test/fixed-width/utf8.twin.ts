const fatal = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

/** Twin of the kernel's `utf8Step`, by asking the platform's decoder. */
export function utf8Step(bytes: Uint8Array, pos: number): number {
  for (let length = 1; length <= 4 && pos + length <= bytes.length; length++) {
    try {
      fatal.decode(bytes.subarray(pos, pos + length));
      return length;
    } catch {
      // Not a whole sequence yet.
    }
  }
  for (let length = 3; length > 1; length--) {
    const part = bytes.subarray(pos, pos + length);
    if (part.length === length && lenient.decode(part) === '\ufffd') return -length;
  }
  return -1;
}

/** The code points of `bytes`; a malformed part counts as one. */
export function splitUtf8(bytes: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let pos = 0; pos < bytes.length; ) {
    const length = Math.abs(utf8Step(bytes, pos));
    parts.push(bytes.subarray(pos, pos + length));
    pos += length;
  }
  return parts;
}

/** `bytes` as text, or undefined if malformed and not to be replaced. */
export function decodeUtf8(
  bytes: Uint8Array,
  replace: boolean,
): { text: string; replaced: boolean } | undefined {
  const text = lenient.decode(bytes);
  const valid = Buffer.from(text).equals(bytes);
  return valid || replace ? { text, replaced: !valid } : undefined;
}
