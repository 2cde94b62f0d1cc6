/** A first line that Excel takes for the delimiter instead of a row: `sep=;`. */
export interface SepLine {
  delimiter: string;
  /** Characters of the line and its end. */
  length: number;
}

/** The same delimiter may follow: such a line, written back by a program that knows nothing of it, is padded like a row. */
const line = /^"?sep=(\t|[^"\p{L}\p{N}\p{Cc}])"?\1*(?:\r\n|\r|\n)/iu;

/** @example `findSepLine('sep=;\r\na;b\r\n') // { delimiter: ';', length: 7 }` */
export function findSepLine(text: string): SepLine | undefined {
  const found = line.exec(text);
  return found === null ? undefined : { delimiter: found[1]!, length: found[0].length };
}
