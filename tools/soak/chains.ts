import { pick, type Random } from '../sample/random.ts';

/** What the files of a run are written in; the first step of a chain reads it. */
export const formats = ['fixed-width', 'csv', 'json-lines'] as const;
export type Format = (typeof formats)[number];

/** Suffixes of files by format, without that of a compression. */
export const suffixOf: Record<Format, string> = {
  'fixed-width': '.txt',
  csv: '.csv',
  'json-lines': '.jsonl',
};

export interface SoakStep {
  name: string;
  service: string;
  after?: { step: string; outcome: 'completed' | 'rejected' | 'failed' };
  when?: Record<string, unknown>;
  options: Record<string, unknown>;
  prefix: string;
  /** The step whose work this one does again where that has failed: what it writes is what that one was to write. */
  again?: string;
}

export interface SoakChain {
  format: Format;
  steps: SoakStep[];
}

export const LAYOUT = {
  fields: [
    { name: 'id', start: 0, end: 8 },
    { name: 'name', start: 8, end: 24 },
    { name: 'amount', start: 24, end: 34 },
    { name: 'region', start: 34, end: 41 },
  ],
  shortRecords: 'reject',
} as const;

const schema = {
  fields: [
    { name: 'id', type: 'integer' },
    { name: 'name', type: 'string', constraints: { required: true } },
    { name: 'amount', type: 'number', constraints: { minimum: 0 } },
    { name: 'region', type: 'string' },
  ],
};

/** What a step writes, as far as it decides who can come next. */
type Written = 'table' | 'parquet' | 'files';
type Made = Pick<SoakStep, 'service' | 'options'> & { writes: Written };

/** Steps that can read what a source or a step has written. */
const readers: Record<Format | Written, ((random: Random) => Made)[]> = {
  'fixed-width': [
    (random) => ({
      service: 'fixed-width-to-tsv',
      options: { layout: LAYOUT, output: { compression: compression(random) } },
      writes: 'table',
    }),
  ],
  'json-lines': [
    (random) => ({
      service: 'json-lines-to-csv',
      options: {
        ...(random() < 0.5 && { columns: ['id', 'name', 'amount', 'region'] }),
        output: { compression: compression(random) },
      },
      writes: 'table',
    }),
  ],
  csv: [recode, validate, toParquet, split],
  table: [recode, validate, toParquet, toParquet, split],
  parquet: [
    (random) => ({
      service: 'parquet-to-csv',
      options: { output: { compression: compression(random) } },
      writes: 'table',
    }),
  ],
  files: [],
};

function recode(random: Random): Made {
  const dialect = pick(random, [{}, { delimiter: ';', quoting: 'all' }, { lineTerminator: '\r\n' }]);
  const options = { output: { compression: compression(random), dialect } };
  return { service: 'csv-to-csv', options, writes: 'table' };
}

function validate(random: Random): Made {
  const mode = pick(random, ['split', 'split', 'gate']);
  return { service: 'schema-validator', options: { schema, mode }, writes: 'table' };
}

function toParquet(random: Random): Made {
  const partitioned = random() < 0.3;
  const options = {
    ...(random() < 0.5 && { schema }),
    output: {
      compression: pick(random, ['zstd', 'snappy']),
      ...(partitioned && { partitionBy: ['region'] }),
    },
  };
  return { service: 'csv-to-parquet', options, writes: partitioned ? 'files' : 'parquet' };
}

function split(random: Random): Made {
  const options = { by: ['region'], keys: pick(random, ['hive', 'named']) };
  return { service: 'split-by-column', options, writes: 'files' };
}

function compression(random: Random): string {
  return pick(random, ['gzip', 'zstd', 'none']);
}

const mostSteps = 4;

/** A chain for files of a format: one or two steps at the source, and what follows them. The same for the same numbers. */
export function soakChain(random: Random): SoakChain {
  const format = pick(random, formats);
  const steps: SoakStep[] = [];
  const open: { writes: Written; step: SoakStep }[] = [];
  const add = (made: Made, more: Partial<SoakStep> = {}) => {
    const { service, options, writes } = made;
    const name = `step-${'abcdefgh'[steps.length]}`;
    const step: SoakStep = { name, service, options, prefix: `${name}/`, ...more };
    steps.push(step);
    open.push({ writes, step });
    return step;
  };
  const first = add(pick(random, readers[format])(random));
  if (format === 'csv' && random() < 0.4) add(pick(random, readers[format])(random));
  const wanted = 2 + Math.floor(random() * (mostSteps - 2));
  while (steps.length < wanted) {
    const { writes, step } = pick(random, open);
    const can = readers[writes];
    if (can.length === 0) {
      if (open.every((one) => readers[one.writes].length === 0)) break;
      continue;
    }
    const when =
      random() < 0.2 ? { detail: { outputs: { bytes: [{ numeric: ['<', 20_000] }] } } } : undefined;
    add(pick(random, can)(random), {
      after: { step: step.name, outcome: 'completed' },
      ...(when && { when }),
    });
  }
  if (random() < 0.5) {
    // What was too bad for the step at the source is read again, however bad it is.
    const options = { ...first.options, rejects: { maxRejectRatio: 1 }, mode: undefined };
    add(
      { service: first.service, options, writes: 'files' },
      { after: { step: first.name, outcome: 'rejected' } },
    );
  }
  if (random() < 0.5 && !['csv-to-parquet', 'schema-validator'].includes(first.service)) {
    add(
      { service: first.service, options: first.options, writes: 'files' },
      { after: { step: first.name, outcome: 'failed' }, again: first.name },
    );
  }
  return { format, steps };
}

/** The chain.yml: JSON is YAML. */
export function chainText({ format, steps }: SoakChain): string {
  const suffix = suffixOf[format];
  const shape = {
    chain: 'soak',
    source: { bucket: 'landing', prefix: 'in/', suffixes: [suffix, `${suffix}.gz`, `${suffix}.zst`, '/'] },
    output: { bucket: 'lake' },
    createBuckets: ['landing', 'lake'],
    archive: false,
    steps: Object.fromEntries(
      steps.map(({ name, service, after, when, options, prefix }) => [
        name,
        {
          service,
          ...(after && { after: `${after.step}.${after.outcome}` }),
          ...(when && { when }),
          options,
          output: { prefix },
        },
      ]),
    ),
  };
  return JSON.stringify(shape, null, 1);
}
