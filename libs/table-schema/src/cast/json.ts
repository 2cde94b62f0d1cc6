import type { Cast } from '../cell-value.ts';

export type Json = Record<string, unknown>;

/** The text is the value, if it is JSON and of the right shape: numbers in it keep all their digits. */
export function compileObject(): Cast {
  return compileJson('a JSON object', isObject);
}

export function compileArray(): Cast {
  return compileJson('a JSON array', Array.isArray);
}

export function compileJson(expected: string, fits: (value: unknown) => boolean): Cast {
  const bad = { expected };
  return (text) => {
    try {
      return fits(JSON.parse(text)) ? { value: text } : bad;
    } catch {
      return bad;
    }
  };
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
