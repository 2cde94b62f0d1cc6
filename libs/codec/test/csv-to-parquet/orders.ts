/** A schema of order lines: four integers, four decimals, three dates, five strings of few and of many values. */
export const orderSchema = {
  fields: [
    ...['orderkey', 'partkey', 'suppkey', 'linenumber'].map((name) => ({ name, type: 'integer' as const })),
    ...['quantity', 'extendedprice', 'discount', 'tax'].map((name) => ({
      name,
      type: 'number' as const,
      precision: 15,
      scale: 2,
    })),
    ...['returnflag', 'linestatus'].map((name) => ({ name, type: 'string' as const })),
    ...['shipdate', 'commitdate', 'receiptdate'].map((name) => ({ name, type: 'date' as const })),
    ...['shipinstruct', 'shipmode', 'comment'].map((name) => ({ name, type: 'string' as const })),
  ],
  fieldsMatch: 'equal' as const,
};

const instructions = ['DELIVER IN PERSON', 'COLLECT COD', 'NONE', 'TAKE BACK RETURN'];
const modes = ['AIR', 'FOB', 'MAIL', 'RAIL', 'REG AIR', 'SHIP', 'TRUCK'];
const words =
  'quick final careful ironic packages deposits requests accounts sleep nag above among the slowly'.split(
    ' ',
  );

/** A header and so many order lines, about 125 bytes each; one comment in twenty stands in quotes. */
export function* orderLines(rows: number): Generator<string> {
  let state = 42;
  const below = (limit: number) => {
    state = (state * 48271) % 2147483647;
    return state % limit;
  };
  const pick = (list: readonly string[]) => list[below(list.length)]!;
  const cents = (amount: number) => `${Math.floor(amount / 100)}.${String(amount % 100).padStart(2, '0')}`;
  const day = () => new Date(1.6e12 + below(2500) * 86_400_000).toISOString().slice(0, 10);
  yield `${orderSchema.fields.map(({ name }) => name).join(',')}\n`;
  for (let row = 0; row < rows; row++) {
    const text = Array.from({ length: 3 + below(5) }, () => pick(words)).join(' ');
    const comment = below(20) === 0 ? `"${text}, ""so"""` : text;
    const keys = [1 + (row >> 2), 1 + below(200_000), 1 + below(10_000), 1 + (row & 3)];
    const amounts = [100 * (1 + below(50)), 90_000 + below(10_000_000), below(11), below(9)].map(cents);
    const flags = [pick(['N', 'R', 'A']), pick(['O', 'F'])];
    yield `${[...keys, ...amounts, ...flags, day(), day(), day(), pick(instructions), pick(modes), comment].join(',')}\n`;
  }
}
