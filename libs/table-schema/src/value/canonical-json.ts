/** An array or object that is being read: what of it is printed, and the name that its next value gets. */
type Frame = { items: string[] } | { members: Map<string, string>; name: string };

/**
 * The one text of a JSON value, however it was written: members in order of their names (the last of one name counts), no
 * white space, numbers by value with all their digits. Two texts are equal exactly if their values are. The text must be JSON.
 * No recursion: cells of a hundred thousand brackets exist.
 * @example `canonicalJson('{"b": 1.0, "a": [2e1]}')` is `{"a":[2e1],"b":1}`, as is that of `{"a":[20],"b":1}`
 */
export function canonicalJson(text: string): string {
  const frames: Frame[] = [];
  let at = 0;
  for (;;) {
    at = skipSpace(text, at);
    const character = text[at]!;
    if (character === '{' || character === '[') {
      frames.push(character === '[' ? { items: [] } : { members: new Map(), name: '' });
      at = skipSpace(text, at + 1);
      if (text[at] !== ']' && text[at] !== '}') {
        at = readName(text, at, frames.at(-1)!);
        continue;
      }
    } else {
      const end = endOfScalar(text, at);
      const printed = printScalar(text.slice(at, end));
      at = skipSpace(text, end);
      if (frames.length === 0) return printed;
      add(frames.at(-1)!, printed);
      if (text[at] === ',') {
        at = readName(text, skipSpace(text, at + 1), frames.at(-1)!);
        continue;
      }
    }
    // Here the innermost array or object ends, and maybe those around it too.
    for (;;) {
      const printed = printFrame(frames.pop()!);
      at = skipSpace(text, at + 1);
      if (frames.length === 0) return printed;
      add(frames.at(-1)!, printed);
      if (text[at] !== ',') continue;
      at = readName(text, skipSpace(text, at + 1), frames.at(-1)!);
      break;
    }
  }
}

function add(frame: Frame, printed: string): void {
  if ('items' in frame) frame.items.push(printed);
  else frame.members.set(frame.name, printed);
}

/** In an object reads the name of a member and the colon; gives where the value is. */
function readName(text: string, at: number, frame: Frame): number {
  if ('items' in frame) return at;
  const end = endOfScalar(text, at);
  frame.name = printScalar(text.slice(at, end));
  return skipSpace(text, end) + 1;
}

// Strings are joined by `+`, which V8 does without copying: nested values are not copied once for each level.
function printFrame(frame: Frame): string {
  let printed = '';
  if ('items' in frame) {
    for (const item of frame.items) printed += printed === '' ? item : `,${item}`;
    return `[${printed}]`;
  }
  for (const name of [...frame.members.keys()].sort()) {
    printed += `${printed === '' ? '' : ','}${name}:${frame.members.get(name)}`;
  }
  return `{${printed}}`;
}

function printScalar(text: string): string {
  if (text.startsWith('"')) return JSON.stringify(JSON.parse(text));
  return text === 'true' || text === 'false' || text === 'null' ? text : canonicalNumber(text);
}

function endOfScalar(text: string, at: number): number {
  let end = at + 1;
  if (text[at] === '"') {
    while (text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
    return end + 1;
  }
  while (end < text.length && !',]} \t\n\r'.includes(text[end]!)) end++;
  return end;
}

function skipSpace(text: string, at: number): number {
  let end = at;
  while (end < text.length && ' \t\n\r'.includes(text[end]!)) end++;
  return end;
}

const NUMBER = /^([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]+))?$/;

/**
 * The one text of a number, times 10^-`scale`: digits without zeros at either end and the power of ten, if it is not 0.
 * @example `canonicalNumber('1200')`, `canonicalNumber('12e2')` and `canonicalNumber('120000', 2)` are `12e2`
 */
export function canonicalNumber(text: string, scale = 0): string {
  const parts = NUMBER.exec(text);
  if (!parts) return text;
  const digits = `${parts[2]}${parts[3] ?? ''}`;
  let start = 0;
  while (digits[start] === '0') start++;
  let end = digits.length;
  while (end > start && digits[end - 1] === '0') end--;
  if (start === end) return '0';
  const exponent = BigInt(parts[4] ?? 0) + BigInt(digits.length - end - (parts[3]?.length ?? 0) - scale);
  const sign = parts[1] === '-' ? '-' : '';
  return `${sign}${digits.slice(start, end)}${exponent === 0n ? '' : `e${exponent}`}`;
}
