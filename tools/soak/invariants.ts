import type { SoakChain, SoakStep } from './chains.ts';
import type { End, Ends, Landed } from './ends.ts';
import type { SoakInput } from './inputs.ts';
import { UNFINISHED } from './lake.ts';
import type { Result } from './run.ts';

/** What must hold after any run, whatever went wrong in it. Each string tells of one thing that does not. */
export function violations(chain: SoakChain, inputs: SoakInput[], faulty: Result, clean: Result): string[] {
  const given = { chain, inputs, faulty, clean };
  return [
    ...endsOf(given),
    ...[clean, faulty].flatMap(({ ends }) => rowsOf(given, ends)),
    ...objectsOf(given),
    ...faulty.orphans
      .filter(({ removed }) => !removed)
      .map(({ key }) => `unfinished upload of ${key} stays for ever`),
    ...faulty.undelivered.map((what) => `undelivered: ${what}`),
    ...faulty.ledger,
  ];
}

interface Given {
  chain: SoakChain;
  inputs: SoakInput[];
  faulty: Result;
  clean: Result;
}

/** Every version that landed ends; the last one ends as it does without faults, or as a dead letter. */
function endsOf({ chain: { steps }, inputs, faulty, clean }: Given): string[] {
  const found: string[] = [];
  const first = steps.filter(({ after }) => !after);
  for (const landed of faulty.ends.landed.values()) {
    for (const { name } of first) {
      if (!faulty.ends.of(name, landed)?.ends.size)
        found.push(`lost: ${landed.key} (${landed.sequencer}) never ended in ${name}`);
    }
  }
  for (const { step, root, ends, codes } of faulty.ends.steps.values()) {
    if (ends.has('completed') && ends.has('rejected') && !wasDeleted(inputs, root))
      found.push(
        `${root.key} (${root.sequencer}) both completed and rejected (${[...codes].join(', ')}) in ${step}`,
      );
  }
  for (const { key, deleted, versions } of inputs) {
    const count = [...faulty.ends.landed.values()].filter((one) => one.key === key).length;
    if (count !== versions.length) found.push(`${key} landed ${versions.length} times, told ${count} times`);
    if (deleted) continue;
    const latest = faulty.ends.latest(key);
    const right = clean.ends.latest(key);
    for (const step of steps) {
      if (gaveUp(steps, faulty, key, step)) continue;
      const ends = latest && faulty.ends.of(step.name, latest)?.ends;
      const should = right && clean.ends.of(step.name, right)?.ends;
      const [end] = should ?? [];
      if (end === undefined ? (ends?.size ?? 0) > 0 : !ends?.has(end))
        found.push(`${step.name} of ${key}: ${list(ends)} instead of ${list(should)}`);
    }
  }
  return found;
}

/** Rows in are rows out and rows in quarantine, in every completion that was told: those of the file, or of the step before. */
function rowsOf({ chain: { steps }, inputs }: Given, ends: Ends): string[] {
  const found: string[] = [];
  const inputOfKey = new Map(inputs.map((input) => [input.key, input]));
  const byName = new Map(steps.map((step) => [step.name, step]));
  for (const { step, root, rows } of ends.steps.values()) {
    const came = rowsInto(byName.get(step)!);
    if (came === undefined) continue;
    for (const sum of rows.values()) {
      if (!came.includes(sum))
        found.push(`${step} of ${root.key}: ${sum} rows out and in quarantine, ${came.join(' or ')} in`);
    }

    function rowsInto({ after }: SoakStep): (number | undefined)[] | undefined {
      if (after?.outcome === 'completed') {
        const before = ends.of(after.step, root);
        return before && before.rows.size > 0 ? [...before.rows.keys()] : undefined;
      }
      const before = after && byName.get(after.step);
      return before ? rowsInto(before) : inputOfKey.get(root.key)?.records;
    }
  }
  return found;
}

/** Every object is one of a run without faults, byte for byte, and those of the last versions are there. */
function objectsOf({ chain: { steps }, inputs, faulty, clean }: Given): string[] {
  const found: string[] = [];
  const lake = faulty.lake.at(-1)!;
  const ownerOf = (key: string) => {
    const input = inputOf(inputs, key);
    const step = steps.find(({ prefix }) => key.startsWith(prefix));
    return input && step && { input, gaveUp: gaveUp(steps, faulty, input.key, step) };
  };
  for (const [key, digests] of lake) {
    const name = namesake(steps, key);
    for (const digest of digests) {
      // Who gave up leaves the list by which a replay or the next version finds the rest.
      if (digest === UNFINISHED && ownerOf(key)?.gaveUp) continue;
      if (!clean.lake.some((snapshot) => snapshot.get(name)?.has(digest)))
        found.push(`${key} is no object of a run without faults`);
    }
  }
  for (const [key, [digest = '']] of clean.lake.at(-1)!) {
    const owner = ownerOf(key);
    if (!owner || owner.input.deleted || owner.gaveUp) continue;
    const got = lake.get(key);
    if (!got?.has(digest))
      found.push(`${key} ${got === undefined ? 'is missing' : 'is not of the last version'}`);
    else if (got.size > 1 && !/\/_(rejects|schemas|reports)\//.test(key)) found.push(`${key} is there twice`);
  }
  return found;
}

/** What a step that does the work of another again has written is named as that one would have. */
function namesake(steps: readonly SoakStep[], key: string): string {
  const writer = steps.find(({ prefix }) => key.startsWith(prefix));
  const original = writer?.again && steps.find(({ name }) => name === writer.again);
  return original ? original.prefix + key.slice(writer.prefix.length) : key;
}

/** The index at the end of each name tells inputs and what was made of them apart. */
function inputOf(inputs: SoakInput[], key: string): SoakInput | undefined {
  const index = /-(\d+)\b[^/]*$/.exec(key)?.[1];
  return index === undefined ? undefined : inputs[Number(index)];
}

/** A file that is deleted between two attempts was there for one and not for the other. */
function wasDeleted(inputs: SoakInput[], { key }: Landed): boolean {
  return inputs.some((input) => input.key === key && input.deleted);
}

/** The last version of a key ended as a dead letter in this step or before it. */
function gaveUp(steps: readonly SoakStep[], { ends }: Result, key: string, step: SoakStep): boolean {
  const latest = ends.latest(key);
  for (let here: SoakStep | undefined = step; latest && here; ) {
    if (ends.of(here.name, latest)?.ends.has('dead-letter')) return true;
    const before: string | undefined = here.after?.step;
    here = steps.find(({ name }) => name === before);
  }
  return false;
}

function list(ends: ReadonlySet<End> | undefined): string {
  return ends?.size ? [...ends].join(' and ') : 'nothing';
}
