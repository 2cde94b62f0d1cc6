import { pick, randomFrom } from './random.ts';

const STATES = ['ok', 'warm', 'hot', 'off', 'unknown'];

/** The kinds of the columns, in turn: what sensors and surveys with hundreds of columns hold. */
const KINDS = ['integer', 'decimal', 'flag', 'state', 'sparse'] as const;

/** A table of many columns; every fifth is mostly empty. */
export function* wideTable({
  rows,
  columns = 400,
  seed = 1,
}: {
  rows: number;
  columns?: number;
  seed?: number;
}): Generator<string> {
  const random = randomFrom(seed);
  const kinds = Array.from({ length: columns }, (_, index) => KINDS[index % KINDS.length]!);
  yield `${kinds.map((kind, index) => `${kind}_${index}`).join(',')}\n`;
  for (let row = 0; row < rows; row++) yield `${kinds.map((kind) => cell(kind, random)).join(',')}\n`;
}

function cell(kind: (typeof KINDS)[number], random: () => number): string {
  switch (kind) {
    case 'integer':
      return String(Math.floor(random() ** 3 * 1e6));
    case 'decimal':
      return (random() * 1000 - 500).toFixed(3);
    case 'flag':
      return random() < 0.9 ? 'false' : 'true';
    case 'state':
      return pick(random, STATES);
    case 'sparse':
      return random() < 0.95 ? '' : String(Math.floor(random() * 100));
  }
}

/** Its Table Schema. */
export function wideTableSchema(columns = 400): { fields: object[] } {
  const types = {
    integer: { type: 'integer' },
    decimal: { type: 'number', precision: 9, scale: 3 },
    flag: { type: 'boolean' },
    state: { type: 'string' },
    sparse: { type: 'integer' },
  };
  return {
    fields: Array.from({ length: columns }, (_, index) => {
      const kind = KINDS[index % KINDS.length]!;
      return { name: `${kind}_${index}`, ...types[kind] };
    }),
  };
}
