import { type Automaton, buildAutomaton, step } from './automaton.ts';
import { CharacterKinds } from './character-kinds.ts';
import { parseRegex } from './parse-regex.ts';

/** Numbers that the states found so far may hold together; beyond that they are found anew. */
const MEMORY = 200_000;

/** The states that the automaton is in at once, and where each kind of character takes it. */
interface Situation {
  states: Int32Array;
  next: (Situation | undefined)[];
  /** Whether a text that ends here matches. */
  accepts: boolean;
}

/**
 * Compiles a regular expression of XML Schema into a test of whole texts, which takes a bounded number of steps for each
 * character whatever the pattern and the text: the states of an automaton are followed all at once, and the sets of them
 * that come up are remembered. See `parseRegex` for the dialect.
 * @throws {BadSchema} `bad-pattern`, `unsupported-pattern`, `pattern-too-large`
 * @example `compileRegex('[A-Z]{2}[0-9]+')('DE81')` is true, of `'x DE81'` it is false
 */
export function compileRegex(pattern: string): (text: string) => boolean {
  const { root, sets } = parseRegex(pattern);
  const matcher = new Matcher(buildAutomaton(root), new CharacterKinds(sets));
  return (text) => matcher.test(text);
}

class Matcher {
  readonly #kindOf: Uint8Array;
  readonly #setOf: Int32Array;
  readonly #next: Int32Array;
  readonly #other: Int32Array;
  readonly #characters: CharacterKinds;
  /** By a hash of their states. */
  readonly #situations = new Map<number, Situation[]>();
  readonly #start: Situation;
  /** For each state, the number of the walk that has been there. */
  readonly #seen: Int32Array;
  #walk = 0;
  /** States that a walk has still to go on from: each has at most two before it, and a walk starts with no more than all. */
  readonly #open: Int32Array;
  readonly #found: Int32Array;
  #held = 0;

  constructor({ kinds, sets, next, other, start }: Automaton, characters: CharacterKinds) {
    this.#kindOf = Uint8Array.from(kinds);
    this.#setOf = Int32Array.from(sets);
    this.#next = Int32Array.from(next);
    this.#other = Int32Array.from(other);
    this.#characters = characters;
    this.#seen = new Int32Array(kinds.length);
    this.#open = new Int32Array(3 * kinds.length + 1);
    this.#found = new Int32Array(kinds.length);
    const states = this.#follow(this.#openWith([start]), true, false).slice();
    const atEnd = this.#follow(this.#openWith([start]), true, true);
    this.#start = { states, next: [], accepts: this.#has(atEnd, step.match) };
  }

  test(text: string): boolean {
    let situation = this.#start;
    for (let at = 0; at < text.length; at++) {
      let code = text.charCodeAt(at);
      if (code >= 0xd800 && code < 0xdc00) {
        code = text.codePointAt(at)!;
        if (code > 0xffff) at++;
      }
      const kind = this.#characters.kindOf(code);
      situation = situation.next[kind] ?? this.#advance(situation, kind);
      if (situation.states.length === 0) return false;
    }
    return situation.accepts;
  }

  #advance(from: Situation, kind: number): Situation {
    const members = this.#characters.members[kind]!;
    let open = 0;
    for (const state of from.states) {
      if (this.#kindOf[state] === step.set && members[this.#setOf[state]!] === 1) {
        this.#open[open++] = this.#next[state]!;
      }
    }
    const situation = this.#situationOf(this.#follow(open, false, false));
    from.next[kind] = situation;
    this.#held++;
    return situation;
  }

  #situationOf(states: Int32Array): Situation {
    const hash = hashOf(states);
    const known = this.#situations.get(hash)?.find((situation) => isSame(situation.states, states));
    if (known) return known;
    if (this.#held > MEMORY) {
      this.#situations.clear();
      this.#start.next = [];
      this.#held = 0;
    }
    const situation = { states: states.slice(), next: [], accepts: this.#acceptsAt(states) };
    const others = this.#situations.get(hash);
    if (others) others.push(situation);
    else this.#situations.set(hash, [situation]);
    this.#held += states.length + 16;
    return situation;
  }

  #acceptsAt(states: Int32Array): boolean {
    if (this.#has(states, step.match)) return true;
    if (!this.#has(states, step.end)) return false;
    return this.#has(this.#follow(this.#openWith(states), false, true), step.match);
  }

  #openWith(states: ArrayLike<number>): number {
    this.#open.set(states);
    return states.length;
  }

  /**
   * The states that come next, without a character, of the first `count` in `#open`; splits and passed anchors are not among
   * them. The array is borrowed: the next walk writes over it.
   */
  #follow(count: number, atStart: boolean, atEnd: boolean): Int32Array {
    if (this.#walk === 0x7fffffff) {
      this.#seen.fill(0);
      this.#walk = 0;
    }
    const walk = ++this.#walk;
    const open = this.#open;
    let found = 0;
    for (let top = count; top > 0; ) {
      const state = open[--top]!;
      if (this.#seen[state] === walk) continue;
      this.#seen[state] = walk;
      const kind = this.#kindOf[state];
      if (kind === step.split) {
        open[top++] = this.#other[state]!;
        open[top++] = this.#next[state]!;
      } else if ((kind === step.begin && atStart) || (kind === step.end && atEnd)) {
        open[top++] = this.#next[state]!;
      } else if (kind !== step.begin) {
        this.#found[found++] = state;
      }
    }
    return this.#found.subarray(0, found);
  }

  #has(states: Int32Array, kind: number): boolean {
    for (const state of states) if (this.#kindOf[state] === kind) return true;
    return false;
  }
}

function hashOf(states: Int32Array): number {
  let hash = 0;
  for (const state of states) hash = (Math.imul(hash, 31) + state) | 0;
  return hash;
}

function isSame(a: Int32Array, b: Int32Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
