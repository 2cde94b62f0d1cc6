/** Where in a file something stands; line and column from 1. */
export interface Place {
  /** As it was given to the reader: mostly relative to where the command runs. */
  file: string;
  line: number;
  column: number;
}

/** One thing wrong in a chain: what, what to write instead, what was found, and where. */
export interface Mistake {
  /** Stable, kebab-case. */
  code: string;
  /** One sentence without a final stop. */
  what: string;
  /** What to write instead. */
  expected?: string;
  got?: string;
  where: Place;
}

/** A chain that cannot be compiled, with all its mistakes. */
export class BadChain extends Error {
  readonly code = 'bad-chain';
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: readonly Mistake[]) {
    super(mistakes.map(describeMistake).join('\n'));
    this.name = 'BadChain';
    this.mistakes = mistakes;
  }
}

/** @example services/chains/drive-stats/chain.yml:12:14: There is no service csv-to-parket; expected csv-to-parquet [unknown-service] */
export function describeMistake({ code, what, expected, got, where }: Mistake): string {
  return [
    `${where.file}:${where.line}:${where.column}: ${what}`,
    expected === undefined ? '' : `; expected ${expected}`,
    got === undefined ? '' : `; got ${got}`,
    ` [${code}]`,
  ].join('');
}

/** In the order in which an editor shows them, each once. */
export function inOrder(mistakes: readonly Mistake[]): Mistake[] {
  const seen = new Set<string>();
  return mistakes
    .filter((mistake) => {
      const text = describeMistake(mistake);
      return !seen.has(text) && seen.add(text);
    })
    .sort(
      (a, b) =>
        (a.where.file < b.where.file ? -1 : a.where.file > b.where.file ? 1 : 0) ||
        a.where.line - b.where.line ||
        a.where.column - b.where.column,
    );
}
