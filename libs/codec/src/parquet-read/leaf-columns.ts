import { beyondLimit, corruptParquet } from './faults.ts';
import type { SchemaElement } from './footer.ts';

/** A column of the file: a leaf of its tree of fields. */
export interface LeafColumn {
  /** Its own name and those of the structs that it lies in, joined by points. */
  name: string;
  element: SchemaElement;
  /** Its place among the chunks of a row group. */
  index: number;
  /** How many of the fields down to it may be absent; 0: it has a value in every row. */
  maxDefinition: number;
  /** How many of the fields down to it are repeated; above 0 it lies in a list or map. */
  maxRepetition: number;
}

/** Characters of all names together: that of a struct is in the name of each of its fields. */
const MAX_NAMES = 16 * 1024 * 1024;

/** Leaves of the tree in their order; `schema` has it in pre-order, the root first. */
export function leafColumns(schema: readonly SchemaElement[]): LeafColumn[] {
  const leaves: LeafColumn[] = [];
  let at = 0;
  let characters = 0;
  const visit = (path: readonly string[], definition: number, repetition: number): void => {
    const element = schema[at++];
    if (!element) throw corruptParquet('its tree of fields lacks some');
    const isRoot = at === 1;
    if (path.length > 64) throw corruptParquet('its fields lie too deep in each other');
    const names = isRoot ? path : [...path, element.name];
    const optional = !isRoot && element.repetition > 0 ? 1 : 0;
    const repeated = !isRoot && element.repetition === 2 ? 1 : 0;
    const [maxDefinition, maxRepetition] = [definition + optional, repetition + repeated];
    if (element.type !== undefined && !isRoot) {
      characters += names.reduce((sum, name) => sum + name.length + 1, 0);
      if (characters > MAX_NAMES)
        throw beyondLimit(
          'The names of the Parquet file’s columns are too long',
          `<= ${MAX_NAMES} characters in all`,
          'more',
        );
      leaves.push({ name: names.join('.'), element, index: leaves.length, maxDefinition, maxRepetition });
      return;
    }
    if (element.children < 0) throw corruptParquet('a field has a negative number of children');
    for (let child = 0; child < element.children; child++) visit(names, maxDefinition, maxRepetition);
  };
  visit([], 0, 0);
  return leaves;
}
