import type { CellValue } from '@tributary/table-schema';
import type { Column } from '../../src/parquet/column.ts';

/** Numbers that look random and are the same each time. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const words =
  'furiously carefully quickly final regular special express ironic pending bold even silent unusual blithely deposits requests accounts packages theodolites instructions foxes pinto beans sleep haggle nag wake cajole according to the'.split(
    ' ',
  );
const pick = <T>(list: readonly T[], at: number): T => list[at]!;

const integer = (bits: 8 | 32 | 64): Column['type'] => ({ kind: 'integer', bits });
const decimal: Column['type'] = { kind: 'decimal', precision: 15, scale: 2 };
const text: Column['type'] = { kind: 'string' };

/** The columns of TPC-H's lineitem. */
export const lineitemColumns: Column[] = (
  [
    ['l_orderkey', integer(64)],
    ['l_partkey', integer(32)],
    ['l_suppkey', integer(32)],
    ['l_linenumber', integer(32)],
    ['l_quantity', decimal],
    ['l_extendedprice', decimal],
    ['l_discount', decimal],
    ['l_tax', decimal],
    ['l_returnflag', text],
    ['l_linestatus', text],
    ['l_shipdate', { kind: 'date' }],
    ['l_commitdate', { kind: 'date' }],
    ['l_receiptdate', { kind: 'date' }],
    ['l_shipinstruct', text],
    ['l_shipmode', text],
    ['l_comment', text],
  ] as const
).map(([name, type]) => ({ name, type, nullable: false }));

/** Makes rows with about lineitem's distributions, one after another. */
export function* lineitems(): Generator<CellValue[], never, undefined> {
  const random = randomNumbers(42);
  for (let order = 1; ; order++) {
    const key = BigInt((order >> 3) * 32 + (order & 7));
    const ordered = 8035 + random(2406);
    const lines = 1 + random(7);
    for (let line = 1; line <= lines; line++) {
      const part = 1 + random(100_000);
      const quantity = 1 + random(50);
      const shipped = ordered + 1 + random(121);
      const received = shipped + 1 + random(30);
      const price = 90_000 + ((part / 10) % 20_001) + 100 * (part % 1000);
      yield [
        key,
        BigInt(part),
        BigInt(1 + random(5000)),
        BigInt(line),
        BigInt(quantity * 100),
        BigInt(Math.floor(price) * quantity),
        BigInt(random(11)),
        BigInt(random(9)),
        received <= 9298 ? pick(['R', 'A'], random(2)) : 'N',
        shipped > 9298 ? 'O' : 'F',
        BigInt(shipped),
        BigInt(ordered + 30 + random(61)),
        BigInt(received),
        pick(['DELIVER IN PERSON', 'COLLECT COD', 'NONE', 'TAKE BACK RETURN'], random(4)),
        pick(['REG AIR', 'AIR', 'RAIL', 'SHIP', 'TRUCK', 'MAIL', 'FOB'], random(7)),
        Array.from({ length: 3 + random(4) }, () => pick(words, random(words.length))).join(' '),
      ];
    }
  }
}
