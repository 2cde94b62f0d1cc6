import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  bytes,
  dirty,
  flags,
  IN,
  i64,
  i64s,
  kernel,
  listOf,
  OUT,
  PRESENT,
  putI64s,
  putStrings,
  putU32s,
  runs,
  SCRATCH,
  string,
  taken,
  u32s,
  view,
} from './kernel-memory.ts';

test('nulls are left out', () => {
  fc.assert(
    fc.property(flags, (present) => {
      dirty();
      bytes.set(present, PRESENT);
      const rows = present.length;
      expect(kernel.countPresent(PRESENT, rows)).toBe(present.filter(Boolean).length);
      const numbers = present.map((_, i) => BigInt(i));
      putI64s(IN, numbers);
      const kept = numbers.filter((_, i) => present[i]);
      expect(kernel.compact8(IN, PRESENT, rows, OUT)).toBe(kept.length);
      expect(i64s(OUT, kept.length)).toEqual(kept);
      putI64s(
        IN,
        numbers.flatMap((number) => [number, -number]),
      );
      expect(kernel.compact16(IN, PRESENT, rows, OUT)).toBe(kept.length);
      expect(i64s(OUT, 2 * kept.length)).toEqual(kept.flatMap((number) => [number, -number]));
    }),
    runs,
  );
});

test('values narrowed and made truths', () => {
  fc.assert(
    fc.property(listOf(i64, 100), (values) => {
      dirty();
      putI64s(IN, values);
      kernel.narrow(IN, values.length, OUT);
      const low = values.map((value) => Number(BigInt.asIntN(32, value)));
      expect(values.map((_, i) => view.getInt32(OUT + 4 * i, true))).toEqual(low);
      kernel.truthBytes(IN, values.length, OUT);
      expect(taken(OUT, values.length)).toEqual(values.map((value) => Number(value !== 0n)));
    }),
    runs,
  );
});

test('what ids stand for', () => {
  fc.assert(
    fc.property(
      fc.array(i64, { minLength: 2, maxLength: 50 }),
      listOf(fc.nat(1000), 200),
      (values, draws) => {
        dirty();
        putI64s(IN, values);
        const ids = draws.map((draw) => draw % (values.length >> 1));
        putU32s(PRESENT, ids);
        kernel.gather8(IN, PRESENT, ids.length, OUT);
        expect(i64s(OUT, ids.length)).toEqual(ids.map((id) => values[id]));
        kernel.gather4(IN, PRESENT, ids.length, OUT);
        expect(u32s(OUT, ids.length)).toEqual(ids.map((id) => Number(BigInt.asUintN(32, values[id]!))));
        kernel.gather16(IN, PRESENT, ids.length, OUT);
        expect(i64s(OUT, 2 * ids.length)).toEqual(ids.flatMap((id) => values.slice(2 * id, 2 * id + 2)));
        bytes.fill(0, OUT, OUT + values.length);
        kernel.markUsed(PRESENT, ids.length, OUT);
        expect(taken(OUT, values.length)).toEqual(values.map((_, id) => Number(ids.includes(id))));
      },
    ),
    runs,
  );
});

test('strings copied, gathered, interleaved and pointed at', () => {
  fc.assert(
    fc.property(listOf(string, 60), listOf(fc.constantFrom(0, 1), 60), (strings, draws) => {
      dirty();
      const count = strings.length;
      const present = strings.map((_, i) => draws[i] ?? 1);
      putStrings(IN, SCRATCH, strings);
      bytes.set(present, PRESENT);
      const lengths = strings.map(({ length }) => length);
      const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
      expect(kernel.sumLengths(IN, 0, count)).toBe(sum(lengths));
      expect(kernel.sumLengths(IN, PRESENT, count)).toBe(sum(lengths.filter((_, i) => present[i])));

      const end = kernel.copyStrings(IN, count, PRESENT, OUT);
      expect(u32s(PRESENT, count)).toEqual(lengths);
      expect(kernel.sumWords(PRESENT, count)).toBe(sum(lengths));
      expect(Buffer.compare(bytes.subarray(OUT, end), Buffer.concat(strings))).toBe(0);

      kernel.stringSlots(PRESENT, count, OUT, IN);
      const at = (slot: number) => taken(view.getUint32(slot, true), view.getUint32(slot + 4, true));
      strings.forEach((string, i) => {
        expect(at(IN + 8 * i)).toEqual(Array.from(string));
      });

      const plain = end + 100;
      const plainEnd = kernel.interleaveStrings(PRESENT, count, OUT, plain);
      const expected = Buffer.concat(
        strings.flatMap((string) => {
          const length = Buffer.alloc(4);
          length.writeUInt32LE(string.length);
          return [length, string];
        }),
      );
      expect(Buffer.compare(bytes.subarray(plain, plainEnd), expected)).toBe(0);

      const offsets = lengths.map((_, i) => sum(lengths.slice(0, i)) + 4 * i);
      putU32s(PRESENT, offsets);
      kernel.entrySlots(plain, PRESENT, count, IN);
      strings.forEach((string, i) => {
        expect(at(IN + 8 * i)).toEqual(Array.from(string));
      });
      const ids = count === 0 ? [] : Array.from({ length: 40 }, (_, i) => (i * 7) % count);
      putU32s(SCRATCH, ids);
      const gathered = kernel.gatherStrings(plain, PRESENT, SCRATCH, ids.length, IN, OUT + 1_000_000);
      expect(u32s(IN, ids.length)).toEqual(ids.map((id) => lengths[id]));
      expect(
        Buffer.compare(
          bytes.subarray(OUT + 1_000_000, gathered),
          Buffer.concat(ids.map((id) => strings[id]!)),
        ),
      ).toBe(0);
    }),
    runs,
  );
});

test('as many rows as a page takes', () => {
  fc.assert(
    fc.property(flags, fc.array(fc.nat(40)), fc.nat(4), fc.nat(300), (present, draws, overhead, budget) => {
      const length = (i: number) => draws[i % Math.max(1, draws.length)] ?? 3;
      const values = present.filter(Boolean).map((_, i) => length(i));
      const fit = (rows: number[]) => {
        let size = 0;
        let value = 0;
        for (const [row, isThere] of rows.entries()) {
          if (!isThere) continue;
          size += values[value++]! + overhead;
          if (size > budget && row > 0) return row;
        }
        return rows.length;
      };
      bytes.set(present, PRESENT);
      putU32s(IN, values);
      expect(kernel.fitRows(PRESENT, present.length, IN, overhead, budget)).toBe(fit(present));
      const all = values.map(() => 1);
      expect(kernel.fitRows(0, all.length, IN, overhead, budget)).toBe(fit(all));
    }),
    runs,
  );
});
