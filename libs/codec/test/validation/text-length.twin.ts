/** Code points of UTF-8. */
export const countCharacters = (text: Uint8Array) => [...Buffer.from(text).toString()].length;
