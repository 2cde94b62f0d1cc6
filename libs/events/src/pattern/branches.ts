import type { Alternative } from './field-test.ts';
import { JsonFault, JsonReader } from './json-reader.ts';
import { readMatchExpression, scalarAlternative } from './match-expression.ts';
import { refuse, refuseAt, refuseWithoutPlace } from './refusal.ts';

/**
 * One way a pattern can match: dotted field paths, each with its alternatives. All fields must match. A pattern
 * without `$or` has one branch; each `$or` multiplies them.
 */
export type Branch = ReadonlyMap<string, readonly Alternative[]>;

/** Most branches a pattern may have (EventBridge User Guide, "$or matching"). */
export const MAX_BRANCHES = 1000;
/** Most fields of one branch (event-ruler's `MAXIMUM_RULE_SIZE`). */
export const MAX_FIELDS = 256;

/** Names that may not stand for fields inside `$or`. */
const reserved = new Set([
  ...[
    'exactly',
    'equals-ignore-case',
    'prefix',
    'suffix',
    'anything-but',
    'exists',
    'wildcard',
    'numeric',
    'cidr',
  ],
  ...['=', '<', '<=', '>', '>=', 'regex', 'not-wildcard', 'not-equals-ignore-case'],
  ...['date-after', 'date-on-or-after', 'date-before', 'date-on-or-before', 'in-date-range'],
  ...['ip-address-in-range', 'ip-address-not-in-range'],
]);

type OpenBranch = Map<string, readonly Alternative[]>;

/** How a pattern is read. */
interface Reading {
  reader: JsonReader;
  /** `$or` is the operator; else a field's name. */
  withOr: boolean;
  /** Lengths of all `$or` lists so far, multiplied: AWS counts combinations like this, also for one within another. */
  combinations: number;
}

/**
 * Reads a pattern's JSON text into its branches. Throws `InvalidPattern`.
 *
 * A field that is given twice keeps what was written last, also across `$or`: the branches are built by writing into
 * all branches begun so far, in the order of the text, as event-ruler does.
 */
export function readBranches(source: string): Branch[] {
  try {
    return read(source, true);
  } catch (error) {
    // Where `$or` is not used as the operator, event-ruler falls back on reading it as a field's name.
    const retried = source.includes('"$or"') ? attemptWithoutOr(source) : undefined;
    if (retried !== undefined) return retried;
    throw error;
  }
}

function attemptWithoutOr(source: string): Branch[] | undefined {
  try {
    return read(source, false);
  } catch {
    return undefined;
  }
}

function read(source: string, withOr: boolean): Branch[] {
  const reader = new JsonReader(source);
  const reading: Reading = { reader, withOr, combinations: 1 };
  try {
    if (reader.next() !== '{') refuse(reader, 'Filter is not an object');
    const branches: OpenBranch[] = [];
    readObject(reading, branches, '', false);
    if (reader.next() !== 'end') refuse(reader, 'Unexpected content after the pattern');
    if (branches.some((branch) => branch.size > MAX_FIELDS)) {
      refuseWithoutPlace(`Size of rule exceeds max value of ${MAX_FIELDS}`);
    }
    return branches;
  } catch (error) {
    if (error instanceof JsonFault) refuseAt(source, error.message, error.at);
    throw error;
  }
}

/** The reader stands on `{` and is left on its `}`. */
function readObject(reading: Reading, branches: OpenBranch[], path: string, insideOr: boolean): void {
  const { reader, withOr } = reading;
  let empty = true;
  for (let token = reader.next(); token !== '}'; token = reader.next()) {
    empty = false;
    const name = reader.text;
    if (withOr && name === '$or') {
      readOr(reading, branches, path);
      continue;
    }
    if (insideOr && reserved.has(name)) {
      refuse(reader, `${name} is Ruler reserved fieldName which cannot be used inside $or.`);
    }
    const value = reader.next();
    if (value === '{') readObject(reading, branches, `${path}${name}.`, insideOr);
    else if (value === '[') writeField(branches, path + name, readAlternatives(reader));
    else refuse(reader, `"${name}" must be an object or an array`);
  }
  if (empty) refuse(reader, 'Empty objects are not allowed');
}

function readOr(reading: Reading, branches: OpenBranch[], path: string): void {
  const { reader } = reading;
  const before = branches.splice(0);
  if (reader.next() !== '[') refuse(reader, 'It must be an Array followed with $or.');
  let count = 0;
  for (let token = reader.next(); token !== ']'; token = reader.next()) {
    if (token !== '{') refuse(reader, 'Only JSON object is allowed in array of $or relationship.');
    const forked = before.length > 0 ? before.map((branch) => new Map(branch)) : [new Map()];
    readObject(reading, forked, path, true);
    branches.push(...forked);
    count++;
    if (branches.length > MAX_BRANCHES) tooManyCombinations();
  }
  reading.combinations *= Math.max(count, 1);
  if (reading.combinations > MAX_BRANCHES) tooManyCombinations();
  if (count < 2) refuse(reader, 'There must have at least 2 Objects in $or relationship.');
}

function tooManyCombinations(): never {
  return refuseWithoutPlace(`The event pattern has more than ${MAX_BRANCHES} rule combinations`);
}

/** The reader stands on `[` and is left on its `]`. */
function readAlternatives(reader: JsonReader): Alternative[] {
  const alternatives: Alternative[] = [];
  for (let token = reader.next(); token !== ']'; token = reader.next()) {
    if (token === '{') alternatives.push(readMatchExpression(reader));
    else if (token === '[') refuse(reader, 'Match value must be String, number, true, false, or null');
    else alternatives.push(scalarAlternative(token, reader.text));
  }
  if (alternatives.length === 0) refuse(reader, 'Empty arrays are not allowed');
  return alternatives;
}

function writeField(branches: OpenBranch[], path: string, alternatives: readonly Alternative[]): void {
  if (branches.length === 0) branches.push(new Map());
  for (const branch of branches) branch.set(path, alternatives);
}
