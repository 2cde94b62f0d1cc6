import { InvalidTargetInput } from '../errors.ts';

/** One step of a path: a member's name, an array index, or `*` for all of either. */
type Step = { name: string } | { index: number } | { every: true };

/** Finds what a path leads to in an event; `undefined` if there is nothing. */
export type JsonPath = (event: unknown) => unknown;

const stepForm = /\.\*|\.([\w/-]+)|\[(\d+)\]|\[\*\]/y;

/**
 * The part of JSONPath that EventBridge takes (User Guide, "Input transformation"): dot notation with letters, digits,
 * `_`, `-` and `/`, array indexes, and `*`. A path with `*` finds a list.
 * Throws `InvalidTargetInput` `unsupported-path` for anything else: AWS would find out when an event comes.
 * @example parseJsonPath('$.detail.items[0].id')(event)
 */
export function parseJsonPath(path: string): JsonPath {
  const steps: Step[] = [];
  let offset = 1;
  while (path.startsWith('$') && offset < path.length) {
    stepForm.lastIndex = offset;
    const step = stepForm.exec(path);
    if (step === null) break;
    offset += step[0].length;
    const [, name, index] = step;
    if (name !== undefined) steps.push({ name });
    else steps.push(index === undefined ? { every: true } : { index: Number(index) });
  }
  if (!path.startsWith('$') || offset < path.length) {
    throw new InvalidTargetInput({
      code: 'unsupported-path',
      what: 'EventBridge does not take this JSON path',
      expected: 'for instance $.detail.items[0].id',
      got: path,
    });
  }
  const isList = steps.some((step) => 'every' in step);
  return (event) => {
    const found = steps.reduce<unknown[]>(
      (values, step) => values.flatMap((value) => follow(value, step)),
      [event],
    );
    if (isList) return found.length > 0 ? found : undefined;
    return found[0];
  };
}

/** What a step leads to from one value: nothing, one value, or, for `*`, several. */
function follow(value: unknown, step: Step): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('every' in step) return Object.values(value);
  const key = 'name' in step ? step.name : step.index;
  if (Array.isArray(value) === 'name' in step || !Object.hasOwn(value, key)) return [];
  return [(value as Record<string | number, unknown>)[key]];
}
