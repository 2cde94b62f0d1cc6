import { blocks } from './blocks.ts';
import { badPattern, unsupportedPattern } from './faults.ts';
import type { PatternCursor } from './pattern-cursor.ts';

const NAME_START =
  ':A-Z_a-z\\u{c0}-\\u{d6}\\u{d8}-\\u{f6}\\u{f8}-\\u{2ff}\\u{370}-\\u{37d}\\u{37f}-\\u{1fff}\\u{200c}-\\u{200d}\\u{2070}-\\u{218f}\\u{2c00}-\\u{2fef}\\u{3001}-\\u{d7ff}\\u{f900}-\\u{fdcf}\\u{fdf0}-\\u{fffd}\\u{10000}-\\u{effff}';
const NAME = `${NAME_START}\\-.0-9\\u{b7}\\u{300}-\\u{36f}\\u{203f}-\\u{2040}`;

/**
 * Escapes of XML Schema that stand for many characters, as classes of JavaScript. `\w` has `_` besides, which XML Schema
 * leaves out: everyone who writes it means it.
 */
const MANY: Record<string, string> = {
  s: '[ \\t\\n\\r]',
  S: '[^ \\t\\n\\r]',
  d: '\\p{Nd}',
  D: '\\P{Nd}',
  w: '[[^\\p{P}\\p{Z}\\p{C}]_]',
  W: '[[\\p{P}\\p{Z}\\p{C}]--[_]]',
  i: `[${NAME_START}]`,
  I: `[^${NAME_START}]`,
  c: `[${NAME}]`,
  C: `[^${NAME}]`,
};

const ONE: Record<string, number> = { n: 10, r: 13, t: 9, f: 12, v: 11 };

/** Any character but those that end a line, as XML Schema has it. */
export const anyCharacter = '[^\\n\\r]';

/** The class of one character. */
export function classOf(codePoint: number): string {
  return `\\u{${codePoint.toString(16)}}`;
}

/** Reads what follows a backslash: one character, or a class of many. */
export function readEscape(cursor: PatternCursor): number | string {
  const at = cursor.at - 1;
  const letter = cursor.take();
  if (letter === '') throw badPattern('Pattern ends in a backslash', 'a character after it', '\\', at);
  const many = MANY[letter];
  if (many !== undefined) return many;
  const one = ONE[letter];
  if (one !== undefined) return one;
  if (letter === 'p' || letter === 'P') return readProperty(cursor, letter, at);
  if (letter === 'x' || letter === 'u') return readCodePoint(cursor, letter, at);
  if (/[1-9k]/.test(letter)) throw unsupportedPattern('a backreference', `\\${letter}`, at);
  if (letter === 'b' || letter === 'B') throw unsupportedPattern('a word boundary', `\\${letter}`, at);
  if (/[a-zA-Z0-9]/.test(letter)) {
    const known =
      'an escape of XML Schema: \\n \\r \\t \\s \\d \\w \\i \\c \\p{…} and their capitals, or \\ before a sign';
    throw badPattern('Pattern has an unknown escape', known, `\\${letter}`, at);
  }
  return letter.codePointAt(0)!;
}

/** `\p{Lu}`, `\p{IsGreek}`, and what else JavaScript knows. */
function readProperty(cursor: PatternCursor, letter: string, at: number): string {
  const name = cursor.take() === '{' ? cursor.takeUntil('}') : undefined;
  const block = name?.startsWith('Is') ? blocks[name.slice(2)] : undefined;
  if (block && Object.hasOwn(blocks, name!.slice(2))) {
    return `[${letter === 'P' ? '^' : ''}${classOf(block[0])}-${classOf(block[1])}]`;
  }
  if (name !== undefined && /^[A-Za-z_]+(?:=[A-Za-z_]+)?$/.test(name)) {
    try {
      // Flag `u` and not `v`: it refuses properties of strings, like emoji of several code points.
      new RegExp(`\\p{${name}}`, 'u');
      return `\\${letter}{${name}}`;
    } catch {}
  }
  throw badPattern(
    'Pattern names an unknown property of characters',
    'a category like \\p{Lu} or a block like \\p{IsGreek}',
    `\\${letter}{${(name ?? '').slice(0, 60)}`,
    at,
  );
}

/** `\xHH`, `\uHHHH` or `\u{H…}`, which are JavaScript’s. */
function readCodePoint(cursor: PatternCursor, letter: string, at: number): number {
  let digits: string | undefined;
  if (letter === 'u' && cursor.peek() === '{') {
    cursor.take();
    digits = cursor.takeUntil('}');
  } else {
    digits = Array.from({ length: letter === 'x' ? 2 : 4 }, () => cursor.take()).join('');
  }
  const value = /^[0-9A-Fa-f]{1,6}$/.test(digits ?? '') ? Number.parseInt(digits!, 16) : Number.NaN;
  if (value <= 0x10ffff) return value;
  throw badPattern('Pattern has a broken code point', 'hexadecimal digits', `\\${letter}`, at);
}

/**
 * Reads a class after its `[`: characters, ranges and escapes, `^` before them, `-[…]` after them to take some away.
 * A `-` that can be no range stands for itself, as does a `[` that takes nothing away.
 */
export function readClass(cursor: PatternCursor, depth = 0): string {
  const at = cursor.at - 1;
  const unclosed = () => badPattern('Pattern has a class without an end', '`]`', '[', at);
  if (depth > 20) throw badPattern('Pattern has classes within classes', 'at most 20 levels', '-[', at);
  const negated = cursor.peek() === '^';
  if (negated) cursor.take();
  let items = '';
  for (;;) {
    const character = cursor.take();
    if (character === '') throw unclosed();
    if (character === ']') {
      if (items === '') throw badPattern('Pattern has an empty class', 'characters, `]` as \\]', '[]', at);
      return `[${negated ? '^' : ''}${items}]`;
    }
    if (character === '-' && cursor.peek() === '[' && items !== '') {
      cursor.take();
      const less = readClass(cursor, depth + 1);
      if (cursor.take() !== ']') throw unclosed();
      return `[[${negated ? '^' : ''}${items}]--${less}]`;
    }
    const from = character === '\\' ? readEscape(cursor) : character.codePointAt(0)!;
    if (typeof from === 'string') {
      items += from;
      continue;
    }
    if (cursor.peek() !== '-' || [']', '[', ''].includes(cursor.peek(1))) {
      items += classOf(from);
      continue;
    }
    const rangeAt = cursor.at;
    cursor.take();
    const last = cursor.take();
    const to = last === '\\' ? readEscape(cursor) : last.codePointAt(0)!;
    if (typeof to === 'string' || to < from) {
      throw badPattern(
        'Pattern has a range that is none',
        'its first character before its last',
        '-',
        rangeAt,
      );
    }
    items += `${classOf(from)}-${classOf(to)}`;
  }
}
