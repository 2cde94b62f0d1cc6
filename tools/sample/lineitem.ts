import { csvCell, words } from './prose.ts';
import { pick, randomFrom } from './random.ts';

/** Lines of made-up orders in the columns of TPC-H's lineitem, about 127 bytes each. */
export const LINEITEM_SCHEMA = {
  fields: [
    { name: 'orderkey', type: 'integer' },
    { name: 'partkey', type: 'integer' },
    { name: 'suppkey', type: 'integer' },
    { name: 'linenumber', type: 'integer' },
    { name: 'quantity', type: 'number', precision: 15, scale: 2 },
    { name: 'extendedprice', type: 'number', precision: 15, scale: 2 },
    { name: 'discount', type: 'number', precision: 15, scale: 2 },
    { name: 'tax', type: 'number', precision: 15, scale: 2 },
    { name: 'returnflag', type: 'string' },
    { name: 'linestatus', type: 'string' },
    { name: 'shipdate', type: 'date' },
    { name: 'commitdate', type: 'date' },
    { name: 'receiptdate', type: 'date' },
    { name: 'shipinstruct', type: 'string' },
    { name: 'shipmode', type: 'string' },
    { name: 'comment', type: 'string' },
  ],
} as const;

const INSTRUCTIONS = ['DELIVER IN PERSON', 'COLLECT COD', 'NONE', 'TAKE BACK RETURN'];
const MODES = ['AIR', 'FOB', 'MAIL', 'RAIL', 'REG AIR', 'SHIP', 'TRUCK'];
const FIRST_DAY = Date.UTC(2019, 0, 2) / 86_400_000;
const LAST_DAY = Date.UTC(2025, 11, 1) / 86_400_000;
const TODAY = Date.UTC(2022, 5, 17) / 86_400_000;
/** One comment in so many holds a comma or a quote, and stands in quotes. */
const QUOTED_ONE_IN = 20;

/** A header, then `rows` lines. @example `for (const line of lineitem({ rows: 3 })) process.stdout.write(line)` */
export function* lineitem({ rows, seed = 1 }: { rows: number; seed?: number }): Generator<string> {
  const random = randomFrom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  yield `${LINEITEM_SCHEMA.fields.map(({ name }) => name).join(',')}\n`;
  for (let row = 0, order = 1; row < rows; order += 1 + below(4)) {
    const lines = Math.min(rows - row, 1 + below(7));
    const ordered = FIRST_DAY + below(LAST_DAY - FIRST_DAY);
    for (let line = 1; line <= lines; line++, row++) {
      const part = 1 + below(200_000);
      const quantity = 1 + below(50);
      const price = quantity * (90_000 + ((part / 10) % 20_001) + 100 * (part % 1000));
      const shipped = ordered + 1 + below(121);
      const received = shipped + 1 + below(30);
      const flag = received > TODAY ? 'N' : random() < 0.5 ? 'R' : 'A';
      yield `${order},${part},${1 + below(10_000)},${line},${quantity}.00,${cents(price)},0.${two(below(11))},0.${two(below(9))},${flag},${shipped > TODAY ? 'O' : 'F'},${day(shipped)},${day(ordered + 30 + below(61))},${day(received)},${pick(random, INSTRUCTIONS)},${pick(random, MODES)},${comment(random)}\n`;
    }
  }
}

function comment(random: () => number): string {
  const text = words(random, 3, 7);
  if (random() * QUOTED_ONE_IN >= 1) return text;
  return csvCell(random() < 0.2 ? `"${text}", as told` : text.replace(' ', ', '));
}

const two = (number: number): string => String(number).padStart(2, '0');
const cents = (amount: number): string => `${Math.floor(amount / 100)}.${two(Math.floor(amount) % 100)}`;

const days = new Map<number, string>();
function day(number: number): string {
  let text = days.get(number);
  if (text === undefined) {
    text = new Date(number * 86_400_000).toISOString().slice(0, 10);
    days.set(number, text);
  }
  return text;
}
