import type { Cast } from '../cell-value.ts';

const YEAR = /^[0-9]{4}$/;
const YEARMONTH = /^[0-9]{4}-(?:0[1-9]|1[0-2])$/;

/** Four digits, without a sign or an offset: the usual form of XML Schema's gYear, which has no year 0. */
export function compileYear(): Cast {
  const bad = { expected: 'a year of four digits' };
  return (text) => (YEAR.test(text) && text !== '0000' ? { value: BigInt(text) } : bad);
}

/** Likewise with a month; the text is the value. */
export function compileYearmonth(): Cast {
  const bad = { expected: 'a year and month like 2024-01' };
  return (text) => (YEARMONTH.test(text) && !text.startsWith('0000') ? { value: text } : bad);
}
