import { anyCharacter, classOf, readClass, readEscape } from './character-class.ts';
import { badPattern, patternTooLarge, unsupportedPattern } from './faults.ts';
import { regexLimit } from './limits.ts';
import { PatternCursor } from './pattern-cursor.ts';
import type { ParsedRegex, RegexNode } from './syntax-tree.ts';

/** Groups that change what is matched, by what stands after `(?`. */
const GROUPS: readonly (readonly [string, string])[] = [
  ['=', 'a lookahead'],
  ['!', 'a lookahead'],
  ['<=', 'a lookbehind'],
  ['<!', 'a lookbehind'],
  ['>', 'an atomic group'],
  ['P=', 'a backreference'],
  ['#', 'a comment'],
];

/**
 * Parses a regular expression of XML Schema (part 2, appendix F). Of what other dialects have besides, that is taken which
 * means the same everywhere and no more than a regular language: `^` and `$` (in XML Schema they are plain characters, which
 * nobody means by them), `(?:…)` and named groups, lazy quantifiers, `\x41`, `\u0041`. The rest is refused by name.
 * @throws {BadSchema} `bad-pattern`, `unsupported-pattern`, `pattern-too-large`
 */
export function parseRegex(pattern: string): ParsedRegex {
  const cursor = new PatternCursor(pattern);
  const sets = new Map<string, number>();
  const root = readChoice(0);
  if (cursor.peek() !== '')
    throw badPattern('Pattern has a group without a start', '`(`, or `)` as \\)', ')', cursor.at);
  return { root, sets: [...sets.keys()] };

  function setNode(source: string): RegexNode {
    const set = sets.get(source) ?? sets.size;
    sets.set(source, set);
    return { kind: 'set', set };
  }

  function readChoice(depth: number): RegexNode {
    if (depth > regexLimit.depth) {
      throw patternTooLarge('Pattern has groups within groups', `at most ${regexLimit.depth} levels`, 'more');
    }
    const items = [readSequence(depth)];
    while (cursor.takeIf('|')) items.push(readSequence(depth));
    return items.length === 1 ? items[0]! : { kind: 'choice', items };
  }

  function readSequence(depth: number): RegexNode {
    const items: RegexNode[] = [];
    while (!['', '|', ')'].includes(cursor.peek())) {
      const isAnchor = cursor.peek() === '^' || cursor.peek() === '$';
      items.push(readRepeat(readAtom(depth), isAnchor));
    }
    if (items.length === 0) return { kind: 'empty' };
    return items.length === 1 ? items[0]! : { kind: 'sequence', items };
  }

  function readAtom(depth: number): RegexNode {
    const at = cursor.at;
    const character = cursor.take();
    switch (character) {
      case '(': {
        readGroupStart(at);
        const node = readChoice(depth + 1);
        if (!cursor.takeIf(')')) throw badPattern('Pattern has a group without an end', '`)`', '(', at);
        return node;
      }
      case '[':
        return setNode(readClass(cursor));
      case '.':
        return setNode(anyCharacter);
      case '^':
        return { kind: 'begin' };
      case '$':
        return { kind: 'end' };
      case '\\': {
        const escaped = readEscape(cursor);
        return setNode(typeof escaped === 'string' ? escaped : classOf(escaped));
      }
      case '?':
      case '*':
      case '+':
      case '{':
      case '}':
      case ']':
        throw badPattern(
          'Pattern has a sign out of place',
          `\`\\${character}\` for the character itself`,
          character,
          at,
        );
      default:
        return setNode(classOf(character.codePointAt(0)!));
    }
  }

  function readGroupStart(at: number): void {
    if (!cursor.takeIf('?')) return;
    for (const [start, name] of GROUPS) {
      if (cursor.takeIf(start)) throw unsupportedPattern(name, `(?${start}`, at);
    }
    if (cursor.takeIf(':')) return;
    if (cursor.takeIf('<') || cursor.takeIf('P<')) {
      const name = cursor.takeUntil('>');
      if (name !== undefined && /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name)) return;
      throw badPattern('Pattern has a group without a name', 'a name and `>`', '(?<', at);
    }
    throw unsupportedPattern('flags or a group of a kind unknown', `(?${cursor.peek()}`, at);
  }

  function readRepeat(item: RegexNode, isAnchor: boolean): RegexNode {
    const at = cursor.at;
    const counts = readCounts();
    if (!counts) return item;
    const [least, most] = counts;
    if (isAnchor) {
      throw badPattern('Pattern repeats an anchor', 'a character, class or group', cursor.peek(), at);
    }
    if (most < least)
      throw badPattern('Pattern repeats from more to less', `at least ${least}`, `${most}`, at);
    // Lazy or not, the same texts match.
    cursor.takeIf('?');
    if (cursor.peek() === '+') throw unsupportedPattern('a possessive quantifier', '+', cursor.at);
    if (['*', '?', '{'].includes(cursor.peek())) {
      throw badPattern('Pattern repeats a repeat', 'a group around the first', cursor.peek(), cursor.at);
    }
    return { kind: 'repeat', item, least, most };
  }

  function readCounts(): [number, number] | undefined {
    if (cursor.takeIf('?')) return [0, 1];
    if (cursor.takeIf('*')) return [0, Number.POSITIVE_INFINITY];
    if (cursor.takeIf('+')) return [1, Number.POSITIVE_INFINITY];
    const at = cursor.at;
    if (!cursor.takeIf('{')) return undefined;
    const counts = /^([0-9]{1,9})(,([0-9]{0,9}))?$/.exec(cursor.takeUntil('}') ?? '');
    if (!counts) {
      throw badPattern(
        'Pattern has a quantifier that is none',
        '`{2}`, `{2,}` or `{2,5}`, or `{` as \\{',
        '{',
        at,
      );
    }
    const least = Number(counts[1]);
    if (counts[2] === undefined) return [least, least];
    return [least, counts[3] ? Number(counts[3]) : Number.POSITIVE_INFINITY];
  }
}
