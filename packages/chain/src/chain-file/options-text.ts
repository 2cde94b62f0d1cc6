import type { Mistake, Place } from '../mistake.ts';
import { YamlText } from './yaml-text.ts';

/** Reads a file beside chain.yml by the path that stands there; undefined if there is none. */
export type ReadBeside = (path: string) => { file: string; text: string } | undefined;

type Path = readonly PropertyKey[];

/**
 * The options of one step, put together from chain.yml and the files that it names; a mistake in them has its place in the
 * file where it was written.
 */
export class OptionsText {
  readonly value: Record<string, unknown>;
  readonly mistakes: Mistake[] = [];
  /** Files that were put in, by where. */
  readonly #insertions: { at: Path; text: YamlText; from: Path }[] = [];
  readonly #chain: YamlText;
  readonly #at: Path;

  /** @param given `options` of the step, its variables filled in; @param at where they stand in chain.yml */
  constructor(given: string | Record<string, unknown>, chain: YamlText, at: Path, read: ReadBeside) {
    this.#chain = chain;
    this.#at = at;
    const value = typeof given === 'string' ? this.#insert(given, [], read) : this.#expand(given, [], read);
    if (isObject(value)) this.value = value;
    else {
      this.value = {};
      if (this.mistakes.length === 0)
        this.#tell('options-not-an-object', 'Options must be a mapping of names to values', []);
    }
  }

  /** Where an option stands, or what ought to hold it. */
  place(path: Path, part: 'key' | 'value' = 'value'): Place {
    const inserted = this.#insertions.findLast(({ at }) => at.every((name, index) => path[index] === name));
    if (inserted) return inserted.text.place([...inserted.from, ...path.slice(inserted.at.length)], part);
    return this.#chain.place([...this.#at, ...path], part);
  }

  #expand(value: unknown, at: Path, read: ReadBeside): unknown {
    if (Array.isArray(value)) return value.map((item, index) => this.#expand(item, [...at, index], read));
    if (!isObject(value)) return value;
    const { $file: path } = value;
    if (typeof path === 'string' && Object.keys(value).length === 1) return this.#insert(path, at, read);
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, this.#expand(inner, [...at, name], read)]),
    );
  }

  #insert(path: string, at: Path, read: ReadBeside): unknown {
    const found = read(path);
    if (found === undefined) {
      this.#tell('no-such-file', `The file ${path} is not there`, at);
      return undefined;
    }
    const text = new YamlText(found.file, found.text);
    this.mistakes.push(...text.mistakes);
    // `tributary infer` prints an options file: where one option is wanted, that one is taken from it.
    const name = at.at(-1);
    const inner = isObject(text.value) && name !== undefined ? text.value[String(name)] : undefined;
    const wrapped = inner !== undefined && Object.keys(text.value as object).length === 1;
    this.#insertions.push({ at, text, from: wrapped ? [name!] : [] });
    return wrapped ? inner : text.value;
  }

  #tell(code: string, what: string, at: Path): void {
    this.mistakes.push({
      code,
      what,
      expected: code === 'no-such-file' ? 'a path relative to chain.yml' : 'a mapping',
      where: this.place(at),
    });
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
