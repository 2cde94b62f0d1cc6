/** Length of the line end that a text starts with, or 0; the terminator '' stands for LF, CRLF and CR. */
export function terminatorLength(text: string, terminator: string): number {
  const ends = terminator === '' ? ['\r\n', '\r', '\n'] : [terminator];
  return ends.find((end) => text.startsWith(end))?.length ?? 0;
}

/** Index of the first line end, or the text's length. */
export function findTerminator(text: string, terminator: string): number {
  let index = 0;
  while (index < text.length && terminatorLength(text.slice(index), terminator) === 0) index++;
  return index;
}

export function countLines(text: string, terminator: string): number {
  const index = findTerminator(text, terminator);
  if (index === text.length) return 0;
  return 1 + countLines(text.slice(index + terminatorLength(text.slice(index), terminator)), terminator);
}
