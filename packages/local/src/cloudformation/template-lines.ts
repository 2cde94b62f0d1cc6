/**
 * The line (from 1) in a JSON text where a path lies, or where the deepest part of it that exists does.
 * Only asked for when something is refused, so it simply walks the text again.
 * @example `lineOf('{\n "a": [1,\n 2]\n}', ['a', 1])` is 3
 */
export function lineOf(text: string, path: readonly PropertyKey[]): number | undefined {
  let offset = 0;
  let found: number | undefined;

  const skipSpace = () => {
    while (offset < text.length && ' \t\r\n'.includes(text[offset]!)) offset++;
  };
  const readString = (): string => {
    const start = offset++;
    while (offset < text.length && text[offset] !== '"') offset += text[offset] === '\\' ? 2 : 1;
    offset++;
    return text.slice(start, offset);
  };
  const skipValue = () => {
    let depth = 0;
    do {
      skipSpace();
      const character = text[offset];
      if (character === undefined) return;
      if (character === '"') readString();
      else if ('{['.includes(character)) {
        depth++;
        offset++;
      } else if ('}]'.includes(character)) {
        depth--;
        offset++;
      } else if (',:'.includes(character)) offset++;
      else while (offset < text.length && !' \t\r\n,]}:'.includes(text[offset]!)) offset++;
    } while (depth > 0);
  };
  const lineAt = (end: number): number => {
    let line = 1;
    for (let at = text.indexOf('\n'); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) line++;
    return line;
  };

  for (const step of path) {
    skipSpace();
    const open = text[offset];
    if (open !== '{' && open !== '[') return found;
    offset++;
    let index = 0;
    let reached = false;
    while (offset < text.length) {
      skipSpace();
      if (text[offset] === '}' || text[offset] === ']') break;
      if (text[offset] === ',') {
        offset++;
        continue;
      }
      const at = offset;
      let key: string | number = index++;
      if (open === '{') {
        key = JSON.parse(readString()) as string;
        skipSpace();
        offset++;
      }
      if (String(key) === String(step)) {
        found = lineAt(at);
        reached = true;
        break;
      }
      skipValue();
    }
    if (!reached) return found;
  }
  return found;
}

/** @example `showPath(['Targets', 0, 'Arn'])` is `Targets[0].Arn` */
export function showPath(path: readonly PropertyKey[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');
}
