import type { Tree } from '@nx/devkit';

/** Adds an entry to the list of converters, in the order of names. */
export function addEntry(tree: Tree, path: string, name: string, lines: readonly string[]): void {
  const text = read(tree, path);
  const entries = [...text.matchAll(/^ {2}'([a-z0-9-]+)': \{$/gm)];
  const after = entries.find(([, other]) => other! > name);
  const end = text.indexOf('\n};', entries.at(-1)?.index) + 1;
  const at = after?.index ?? end;
  tree.write(path, `${text.slice(0, at)}${lines.join('\n')}\n${text.slice(at)}`);
}

/** Adds a row to a Markdown table, after the last one that begins so. */
export function addTableRow(tree: Tree, path: string, row: string, like: string): void {
  const lines = read(tree, path).split('\n');
  const last = lines.findLastIndex((line) => line.startsWith(like));
  if (last < 0) throw new Error(`${path} has no row that begins with ${like}`);
  tree.write(path, lines.toSpliced(last + 1, 0, row).join('\n'));
}

function read(tree: Tree, path: string): string {
  const text = tree.read(path, 'utf8');
  if (text === null) throw new Error(`${path} is not there`);
  return text;
}
