import { randomFrom } from './random.ts';

/**
 * A made-up day of a storage provider's drive report, in the layout of the real one: a header, then records of
 * 110 bytes and a newline. Drives stand in pods of one model with serial numbers of one batch, so it compresses like the real file.
 */
export const DRIVE_STATS_FIELDS = [
  { name: 'date', start: 0, end: 15 },
  { name: 'serial_number', start: 15, end: 36 },
  { name: 'model', start: 36, end: 79 },
  { name: 'capacity_bytes', start: 79, end: 98 },
  { name: 'failure', start: 98, end: 109 },
] as const;

export const DRIVE_STATS_OPTIONS = {
  layout: { fields: DRIVE_STATS_FIELDS, skip: 1 },
  output: { header: true, compression: 'gzip' },
} as const;

/** model, capacity in bytes, share of the fleet in per mille, prefix of the serial numbers */
const MODELS: readonly [string, bigint, number, string][] = [
  ['KESTREL MG07XCA14TA', 14000519643136n, 170, '9'],
  ['NV16000NM001G', 16000900661248n, 160, 'ZL2'],
  ['NV12000NM0008', 12000138625024n, 150, 'ZHZ'],
  ['NV4000DM000', 4000787030016n, 140, 'Z30'],
  ['HELION HUH721212ALE604', 12000138625024n, 120, 'AAG'],
  ['HELION HMS5C4040BLE640', 4000787030016n, 100, 'PL1331LAG'],
  ['NV8000DM002', 8001563222016n, 80, 'ZA1'],
  ['WESTERLY WUH721414ALE6L4', 14000519643136n, 60, 'Y5'],
  ['Navigator Tern 120 SSD ZA250CM10003', 250059350016n, 15, '7QV0'],
  ['CT250QX500SSD1', 250059350016n, 5, '1910E1E7'],
];
const FAILURES_PER_MILLION = 30;
const SERIAL_LETTERS = '0123456789ABCDEFGHJKLMNPQRSTVWXYZ';

/** What goes wrong in a record, one after the other: none of it fits the schema of the table. */
const FLAWS: readonly ((cells: string[]) => void)[] = [
  (cells) => cells.splice(3, 1, 'n/a'),
  (cells) => cells.splice(1, 1, ''),
  (cells) => cells.splice(0, 1, '2026-13-01'),
  (cells) => cells.splice(4, 1, '?'),
];

/**
 * @param records number of records after the header
 * @param flaws how many of them are bad, spread evenly
 * @example `for (const line of driveStats({ records: 3 })) process.stdout.write(line)`
 */
export function* driveStats({
  records,
  date = '2026-10-01',
  seed = 1,
  flaws = 0,
}: {
  records: number;
  date?: string;
  flaws?: number;
  seed?: number;
}) {
  const random = randomFrom(seed);
  yield record('date', 'serial_number', 'model', 'capacity_bytes', 'failure');
  for (let done = 0; done < records; ) {
    const [model, capacity, , prefix] = pickModel(random());
    let serial = Math.floor(random() * SERIAL_LETTERS.length ** 4);
    const pod = Math.min(records - done, 20 + Math.floor(random() * 1180));
    for (let slot = 0; slot < pod; slot++, done++) {
      serial += 1 + Math.floor(random() ** 2 * 90);
      const failed = random() * 1e6 < FAILURES_PER_MILLION ? '1' : '0';
      const cells = [date, prefix + serialText(serial), model, String(capacity), failed];
      const flaw = Math.floor((done * flaws) / records);
      if (Math.floor(((done + 1) * flaws) / records) > flaw) FLAWS[flaw % FLAWS.length]!(cells);
      yield record(...cells);
    }
  }
}

function record(...cells: string[]): string {
  return `${DRIVE_STATS_FIELDS.map(({ start, end }, index) => cells[index]!.padEnd(end - start)).join('')} \n`;
}

function pickModel(share: number) {
  let left = share * MODELS.reduce((sum, [, , weight]) => sum + weight, 0);
  for (const model of MODELS) {
    left -= model[2];
    if (left < 0) return model;
  }
  return MODELS[0]!;
}

function serialText(number: number): string {
  let text = '';
  for (let rest = number; text.length < 5; rest = Math.floor(rest / SERIAL_LETTERS.length)) {
    text = SERIAL_LETTERS[rest % SERIAL_LETTERS.length] + text;
  }
  return text;
}
