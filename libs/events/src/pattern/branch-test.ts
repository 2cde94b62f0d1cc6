import type { Branch } from './branches.ts';
import { compileWalk, type Membership, type Visit, type Walk } from './event-walk.ts';
import { compileField, type LeafTest } from './field-test.ts';

interface Field {
  walk: Walk;
  test: LeafTest;
  /** `{"exists": false}` is among the alternatives. */
  orAbsent: boolean;
}

/** What array elements the fields matched so far lie in. */
type Chosen = ReadonlyMap<readonly unknown[], number>;

/**
 * Compiles one branch into a test of events.
 *
 * Fields are taken in the order of their paths, as in event-ruler, which shows in one case: a field that must be absent
 * is only looked for in the array elements that fields before it have settled on.
 */
export function compileBranch(branch: Branch): (event: object) => boolean {
  const fields: Field[] = [...branch.keys()].sort().map((path) => {
    const alternatives = branch.get(path)!;
    return {
      walk: compileWalk(path),
      test: compileField(alternatives),
      orAbsent: alternatives.some(({ kind }) => kind === 'absent'),
    };
  });
  // A shallow field is the cheaper one to fail on.
  const byCost = [...branch.keys()]
    .sort()
    .map((path, index) => ({ field: fields[index]!, cost: path.split('.').length }))
    .sort((a, b) => a.cost - b.cost)
    .map(({ field }) => field);

  // Held here rather than in a closure per event: the walk calls back for every leaf.
  let test: LeafTest = () => false;
  let sawAny = false;
  let sawElement = false;
  const seek: Visit = (leaf, membership) => {
    sawAny = true;
    if (membership !== undefined) sawElement = true;
    return test(leaf);
  };

  return (event) => {
    let elements = false;
    for (let index = 0; index < byCost.length; index++) {
      const field = byCost[index]!;
      test = field.test;
      sawAny = false;
      sawElement = false;
      const found = field.walk(event, seek);
      // Without a match there is none with consistent elements either, unless the field may be absent from one.
      if (!found && !(field.orAbsent && (!sawAny || sawElement))) return false;
      elements ||= sawElement;
    }
    return !elements || matchConsistently(event, fields);
  };
}

interface Found {
  membership: Membership | undefined;
  matches: boolean;
}

/** Looks for one leaf a field such that no two lie in different elements of the same array. */
function matchConsistently(event: object, fields: readonly Field[]): boolean {
  const found: Found[][] = fields.map(({ walk, test, orAbsent }) => {
    const leaves: Found[] = [];
    walk(event, (leaf, membership) => {
      const matches = test(leaf);
      if (matches || orAbsent) leaves.push({ membership, matches });
      return false;
    });
    return leaves;
  });
  const arraysAfter = arraysFrom(found);
  const numbers = new Map<readonly unknown[], number>();
  const failed = new Set<string>();

  function go(index: number, chosen: Chosen): boolean {
    if (index === fields.length) return true;
    const key = stateKey(index, chosen, arraysAfter[index]!, numbers);
    if (failed.has(key)) return false;
    const leaves = found[index]!;
    if (fields[index]!.orAbsent && !leaves.some(({ membership }) => isConsistent(membership, chosen))) {
      if (go(index + 1, chosen)) return true;
    }
    const tried = new Set<Membership | undefined>();
    for (const { membership, matches } of leaves) {
      if (!matches || tried.has(membership) || !isConsistent(membership, chosen)) continue;
      tried.add(membership);
      if (go(index + 1, choose(membership, chosen))) return true;
    }
    failed.add(key);
    return false;
  }

  return go(0, new Map());
}

/** For each field, the arrays that it or a later one has leaves in: only these matter to what is still to come. */
function arraysFrom(found: readonly (readonly Found[])[]): ReadonlySet<readonly unknown[]>[] {
  const after: Set<readonly unknown[]>[] = [];
  let later = new Set<readonly unknown[]>();
  for (let index = found.length - 1; index >= 0; index--) {
    later = new Set(later);
    for (const { membership } of found[index]!) {
      for (let inside = membership; inside !== undefined; inside = inside.outer) later.add(inside.array);
    }
    after[index] = later;
  }
  return after;
}

function stateKey(
  index: number,
  chosen: Chosen,
  relevant: ReadonlySet<readonly unknown[]>,
  numbers: Map<readonly unknown[], number>,
): string {
  const parts: string[] = [];
  for (const [array, element] of chosen) {
    if (!relevant.has(array)) continue;
    if (!numbers.has(array)) numbers.set(array, numbers.size);
    parts.push(`${numbers.get(array)}:${element}`);
  }
  return `${index} ${parts.sort().join(' ')}`;
}

function isConsistent(membership: Membership | undefined, chosen: Chosen): boolean {
  for (let inside = membership; inside !== undefined; inside = inside.outer) {
    const element = chosen.get(inside.array);
    if (element !== undefined && element !== inside.index) return false;
  }
  return true;
}

function choose(membership: Membership | undefined, chosen: Chosen): Chosen {
  if (membership === undefined) return chosen;
  const more = new Map(chosen);
  for (let inside: Membership | undefined = membership; inside !== undefined; inside = inside.outer) {
    more.set(inside.array, inside.index);
  }
  return more;
}
