/**
 * Object keys as file names, and back. Most keys are their own path. What a file system cannot hold is written with `%`,
 * which therefore never stands for itself:
 *
 *     %XX          one byte: `%`, control characters, `\`, and the dots of `.` and `..`
 *     %empty       an empty piece between two slashes: `a//b` is `a/%empty/b`
 *     %folder      the empty piece after a final slash: `a/` is `a/%folder`
 *     name%more    the piece goes on in the next one: names end at 255 bytes
 *     x%file       the object `x` where a folder `x` is in the way (`x` beside `x/y`)
 *     x%dir        the folder `x` where an object `x` is in the way
 *
 * The last two depend on what lies there, so a record keeps the path it got; reading a path needs no such knowledge.
 */

/** Bytes of a piece, such that `%more`, `%file` or `%dir` still fits into 255. */
const longestPiece = 240;

// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what it looks for
const unsafe = /[%\\\u0000-\u001f\u007f]/g;

/** The plain path of a key: names to be joined by the platform's separator. */
export function encodeKey(key: string): string[] {
  const pieces = key.split('/');
  return pieces.flatMap((piece, index) => {
    if (piece === '') return index === pieces.length - 1 ? '%folder' : '%empty';
    return splitLong(piece.replace(unsafe, escapeCharacter)).map(escapeDots);
  });
}

/** The key of a path, or undefined if no key is written so. Inverse of `encodeKey` and of its `%file` and `%dir` forms. */
export function decodePath(names: readonly string[]): string | undefined {
  const pieces: string[] = [];
  let open = '';
  for (const [index, name] of names.entries()) {
    const last = index === names.length - 1;
    const marker = /%(more|file|dir)$/.exec(name)?.[1];
    const bare = marker ? name.slice(0, -marker.length - 1) : name;
    if ((marker === 'file' && !last) || ((marker === 'dir' || marker === 'more') && last)) return undefined;
    if (marker === 'more') {
      open += bare;
      continue;
    }
    const piece = decodePiece(open + bare, last);
    if (piece === undefined) return undefined;
    pieces.push(piece);
    open = '';
  }
  const key = pieces.join('/');
  // Only what `encodeKey` would write counts: two spellings of one key must not both be read as it.
  const canonical = encodeKey(key);
  const bare = names.map((name) => name.replace(/%(file|dir)$/, ''));
  return canonical.length === bare.length && canonical.every((name, index) => name === bare[index])
    ? key
    : undefined;
}

/**
 * The key of a path that a person made: one written in the code above, or else just what it says, so that
 * `100% sure.csv` needs no thought.
 */
export function keyOfPath(names: readonly string[]): string {
  return decodePath(names) ?? names.join('/');
}

function decodePiece(text: string, last: boolean): string | undefined {
  if (text === '%empty') return '';
  if (text === '%folder') return last ? '' : undefined;
  if (/%(?![0-9A-F]{2})/.test(text)) return undefined;
  return text.replace(/%([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function escapeCharacter(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

/** `.` and `..` lead elsewhere, also where they are what is left of a long piece. */
function escapeDots(name: string): string {
  return name === '.' || name === '..' ? '%2E'.repeat(name.length) : name;
}

function splitLong(piece: string): string[] {
  if (Buffer.byteLength(piece) <= longestPiece) return [piece];
  const names: string[] = [];
  let name = '';
  let bytes = 0;
  // Never inside a character or an escape.
  for (const [unit] of piece.matchAll(/%[0-9A-F]{2}|./gsu)) {
    const size = Buffer.byteLength(unit);
    if (bytes + size > longestPiece) {
      names.push(`${name}%more`);
      name = '';
      bytes = 0;
    }
    name += unit;
    bytes += size;
  }
  return [...names, name];
}
