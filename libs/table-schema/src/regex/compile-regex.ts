import { type Automaton, buildAutomaton, step } from './automaton.ts';
import { CharacterKinds } from './character-kinds.ts';
import { parseRegex } from './parse-regex.ts';

/** Numbers that the states found so far may hold together; beyond that they are found anew. */
const MEMORY = 200_000;

/** The states that the automaton is in at once, and where each kind of character takes it. */
interface Situation {
  states: number[];
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
  readonly #automaton: Automaton;
  readonly #kinds: CharacterKinds;
  /** By a hash of their states. */
  readonly #situations = new Map<number, Situation[]>();
  readonly #start: Situation;
  /** For each state, the number of the walk that has been there. */
  readonly #seen: Float64Array;
  #walk = 0;
  #held = 0;

  constructor(automaton: Automaton, kinds: CharacterKinds) {
    this.#automaton = automaton;
    this.#kinds = kinds;
    this.#seen = new Float64Array(automaton.kinds.length);
    const states = this.#follow([automaton.start], true, false);
    const atEnd = this.#follow([automaton.start], true, true);
    this.#start = { states, next: [], accepts: this.#hasMatch(atEnd) };
  }

  test(text: string): boolean {
    let situation = this.#start;
    for (let at = 0; at < text.length; at++) {
      let code = text.charCodeAt(at);
      if (code >= 0xd800 && code < 0xdc00) {
        code = text.codePointAt(at)!;
        if (code > 0xffff) at++;
      }
      const kind = this.#kinds.kindOf(code);
      situation = situation.next[kind] ?? this.#advance(situation, kind);
      if (situation.states.length === 0) return false;
    }
    return situation.accepts;
  }

  #advance(from: Situation, kind: number): Situation {
    const { kinds, sets, next } = this.#automaton;
    const members = this.#kinds.members[kind]!;
    const targets: number[] = [];
    for (const state of from.states) {
      if (kinds[state] === step.set && members[sets[state]!] === 1) targets.push(next[state]!);
    }
    const situation = this.#situationOf(this.#follow(targets, false, false));
    from.next[kind] = situation;
    this.#held++;
    return situation;
  }

  #situationOf(states: number[]): Situation {
    const hash = hashOf(states);
    const known = this.#situations.get(hash)?.find((situation) => isSame(situation.states, states));
    if (known) return known;
    if (this.#held > MEMORY) {
      this.#situations.clear();
      this.#start.next = [];
      this.#held = 0;
    }
    const situation = { states, next: [], accepts: this.#hasMatch(this.#follow(states, false, true)) };
    const others = this.#situations.get(hash);
    if (others) others.push(situation);
    else this.#situations.set(hash, [situation]);
    this.#held += 2 * states.length + 8;
    return situation;
  }

  /** The states that come next of those given, without a character; splits and passed anchors are not among them. */
  #follow(from: readonly number[], atStart: boolean, atEnd: boolean): number[] {
    const { kinds, next, other } = this.#automaton;
    const walk = ++this.#walk;
    const found: number[] = [];
    const open = [...from];
    for (let state = open.pop(); state !== undefined; state = open.pop()) {
      if (this.#seen[state] === walk) continue;
      this.#seen[state] = walk;
      const kind = kinds[state];
      if (kind === step.split) open.push(other[state]!, next[state]!);
      else if ((kind === step.begin && atStart) || (kind === step.end && atEnd)) open.push(next[state]!);
      else if (kind !== step.begin) found.push(state);
    }
    return found;
  }

  #hasMatch(states: readonly number[]): boolean {
    return states.some((state) => this.#automaton.kinds[state] === step.match);
  }
}

function hashOf(states: readonly number[]): number {
  let hash = 0;
  for (const state of states) hash = (Math.imul(hash, 31) + state) | 0;
  return hash;
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
