import type { End } from './ends.ts';
import type { SoakInput } from './inputs.ts';
import type { Result } from './run.ts';

export const STEPS = ['fixed-width-to-tsv', 'csv-to-parquet'] as const;

/** What must hold after any run, whatever went wrong in it. Each string tells of one thing that does not. */
export function violations(inputs: SoakInput[], faulty: Result, clean: Result): string[] {
  return [
    ...endsOf(inputs, faulty, clean),
    ...rowsOf(inputs, faulty),
    ...objectsOf(inputs, faulty, clean),
    ...faulty.orphans
      .filter(({ removed }) => !removed)
      .map(({ key }) => `unfinished upload of ${key} stays for ever`),
    ...faulty.undelivered.map((what) => `undelivered: ${what}`),
  ];
}

/** Every version that landed ends; the last one ends as it does without faults, or as a dead letter. */
function endsOf(inputs: SoakInput[], faulty: Result, clean: Result): string[] {
  const found: string[] = [];
  for (const landed of faulty.ends.landed.values()) {
    const ends = faulty.ends.of(STEPS[0], landed)?.ends;
    if (!ends?.size) found.push(`lost: ${landed.key} (${landed.sequencer}) never ended`);
    else if (ends.has('completed') && ends.has('rejected'))
      found.push(`${landed.key} (${landed.sequencer}) both completed and rejected`);
  }
  for (const { key, deleted, versions } of inputs) {
    const count = [...faulty.ends.landed.values()].filter((one) => one.key === key).length;
    if (count !== versions.length) found.push(`${key} landed ${versions.length} times, told ${count} times`);
    if (deleted) continue;
    for (const step of STEPS) {
      const latest = faulty.ends.latest(key);
      const right = clean.ends.latest(key);
      const ends = latest && faulty.ends.of(step, latest)?.ends;
      const should = right && clean.ends.of(step, right)?.ends;
      if (gaveUp(faulty, key, step)) continue;
      const [end] = should ?? [];
      if (end === undefined ? (ends?.size ?? 0) > 0 : !ends?.has(end))
        found.push(`${step} of ${key}: ${list(ends)} instead of ${list(should)}`);
    }
  }
  return found;
}

/** Rows in are rows out and rows in quarantine, in every completion that was told. */
function rowsOf(inputs: SoakInput[], { ends }: Result): string[] {
  const found: string[] = [];
  for (const { key, records } of inputs) {
    for (const { root, rows, step } of ends.steps.values()) {
      if (root.key !== key || step !== STEPS[0]) continue;
      for (const sum of rows) {
        if (!records.includes(sum))
          found.push(`${key}: ${sum} rows out and in quarantine, ${records.join(' or ')} in`);
      }
    }
  }
  return found;
}

/** Every object is one of a run without faults, byte for byte, and those of the last versions are there. */
function objectsOf(inputs: SoakInput[], faulty: Result, clean: Result): string[] {
  const found: string[] = [];
  const lake = faulty.lake.at(-1)!;
  for (const [key, digest] of lake) {
    if (!clean.lake.some((snapshot) => snapshot.get(key) === digest))
      found.push(`${key} is no object of a run without faults`);
  }
  for (const [key, digest] of clean.lake.at(-1)!) {
    const input = inputOf(inputs, key);
    if (!input || input.deleted || STEPS.some((step) => gaveUp(faulty, input.key, step))) continue;
    const got = lake.get(key);
    if (got !== digest)
      found.push(`${key} ${got === undefined ? 'is missing' : 'is not of the last version'}`);
  }
  return found;
}

/** The index at the end of each name tells inputs and what was made of them apart. */
function inputOf(inputs: SoakInput[], key: string): SoakInput | undefined {
  const index = /-(\d+)\b[^/]*$/.exec(key)?.[1];
  return index === undefined ? undefined : inputs[Number(index)];
}

/** The last version of a key ended as a dead letter in this step or before it, and as nothing else. */
function gaveUp({ ends }: Result, key: string, step: string): boolean {
  const latest = ends.latest(key);
  const upTo = STEPS.slice(0, STEPS.indexOf(step as (typeof STEPS)[number]) + 1);
  return latest !== undefined && upTo.some((one) => ends.of(one, latest)?.ends.has('dead-letter'));
}

function list(ends: ReadonlySet<End> | undefined): string {
  return ends?.size ? [...ends].join(' and ') : 'nothing';
}
