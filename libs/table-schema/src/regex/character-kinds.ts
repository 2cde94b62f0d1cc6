/** Code points beyond the first 256 whose kind is remembered. */
const REMEMBERED = 8192;

/**
 * Sorts characters into kinds: those of one kind are in the same sets of a pattern, so an automaton goes the same way with
 * them. Which sets a character is in, JavaScript's own classes tell, once for each.
 */
export class CharacterKinds {
  readonly #tests: RegExp[];
  readonly #kinds = new Map<string, number>();
  readonly #latin = new Int32Array(256).fill(-1);
  readonly #others = new Map<number, number>();
  /** For each kind, whether its characters are in each of the sets. */
  readonly members: Uint8Array[] = [];

  /** @param sets classes of JavaScript with flag `v` */
  constructor(sets: readonly string[]) {
    this.#tests = sets.map((set) => new RegExp(`^${set}$`, 'v'));
  }

  kindOf(codePoint: number): number {
    const known = codePoint < 256 ? this.#latin[codePoint]! : (this.#others.get(codePoint) ?? -1);
    return known >= 0 ? known : this.#sort(codePoint);
  }

  #sort(codePoint: number): number {
    const character = String.fromCodePoint(codePoint);
    const members = Uint8Array.from(this.#tests, (test) => (test.test(character) ? 1 : 0));
    const key = members.join('');
    let kind = this.#kinds.get(key);
    if (kind === undefined) {
      kind = this.members.push(members) - 1;
      this.#kinds.set(key, kind);
    }
    if (codePoint < 256) this.#latin[codePoint] = kind;
    else {
      if (this.#others.size >= REMEMBERED) this.#others.clear();
      this.#others.set(codePoint, kind);
    }
    return kind;
  }
}
