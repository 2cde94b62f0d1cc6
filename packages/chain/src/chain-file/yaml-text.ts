import { isMap, isNode, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import type { Mistake, Place } from '../mistake.ts';

/** Of a chain.yml or an options file: a Table Schema of ten thousand columns has about a megabyte. */
const maxCharacters = 8 * 1024 * 1024;

/** A YAML or JSON file, read so that every value knows its line. */
export class YamlText {
  readonly file: string;
  readonly value: unknown;
  readonly mistakes: Mistake[];
  readonly #root: Node | null;
  readonly #lines = new LineCounter();

  constructor(file: string, text: string) {
    this.file = file;
    const bounded = text.length > maxCharacters ? '' : text.replace(/^\u{feff}/u, '');
    const document = parseDocument(bounded, { lineCounter: this.#lines, merge: true, prettyErrors: false });
    this.#root = document.contents as Node | null;
    this.mistakes = document.errors.map(({ code, message, pos }) => ({
      code: code === 'DUPLICATE_KEY' ? 'duplicate-key' : 'not-yaml',
      what: message.replace(/\.$/, ''),
      where: this.#placeOf(pos[0]),
    }));
    if (text.length > maxCharacters)
      this.mistakes.push({
        code: 'file-too-large',
        what: 'The file is too large',
        expected: `<= ${maxCharacters} characters`,
        got: `${text.length}`,
        where: this.#placeOf(0),
      });
    this.value =
      this.mistakes.length > 0 ? undefined : this.#valueOf(() => document.toJS({ maxAliasCount: 100 }));
  }

  /** Where a value stands, or the name of it; if it is not there, what ought to hold it. */
  place(path: readonly PropertyKey[], part: 'key' | 'value' = 'value'): Place {
    let node: Node | null = this.#root;
    let offset = offsetOf(node) ?? 0;
    for (const [index, name] of path.entries()) {
      const last = index === path.length - 1;
      if (isMap(node)) {
        const pair: Pair | undefined = node.items.find(({ key }) => keyText(key) === String(name));
        if (!pair) break;
        const key = offsetOf(pair.key as Node);
        const value = offsetOf(pair.value as Node);
        offset = (last && part === 'key' ? key : (value ?? key)) ?? offset;
        node = isNode(pair.value) ? pair.value : null;
      } else if (isSeq(node)) {
        const item = node.items[Number(name)];
        if (!isNode(item)) break;
        offset = offsetOf(item) ?? offset;
        node = item;
      } else break;
    }
    return this.#placeOf(offset);
  }

  #valueOf(read: () => unknown): unknown {
    try {
      const value = read();
      if (isCyclic(value)) throw new Error('An alias stands for what it is in');
      return value;
    } catch (error) {
      this.mistakes.push({ code: 'not-yaml', what: (error as Error).message, where: this.#placeOf(0) });
      return undefined;
    }
  }

  #placeOf(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.file, line: Math.max(line, 1), column: Math.max(col, 1) };
  }
}

function isCyclic(value: unknown, around = new Set<unknown>()): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (around.has(value)) return true;
  around.add(value);
  const found = Object.values(value).some((inner) => isCyclic(inner, around));
  around.delete(value);
  return found;
}

function offsetOf(node: Node | null | undefined): number | undefined {
  return node?.range?.[0];
}

function keyText(key: unknown): string {
  return String(isScalar(key) ? key.value : key);
}
