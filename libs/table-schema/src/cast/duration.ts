import type { Cast } from '../cell-value.ts';

const DURATION =
  /^-?P(?=.)(?:[0-9]+Y)?(?:[0-9]+M)?(?:[0-9]+D)?(?:T(?=.)(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+(?:\.[0-9]+)?S)?)?$/;

/** A duration of XML Schema (3.2.6), which has no weeks; the text is the value. */
export function compileDuration(): Cast {
  const bad = { expected: 'a duration like P1Y2M3DT4H5M6.7S' };
  return (text) => (DURATION.test(text) ? { value: text } : bad);
}
