import type { Cast } from '../cell-value.ts';
import type { FieldOf } from '../schema/field.ts';
import { compileJson, isObject } from './json.ts';
import { compileNumeral, printNumeral, trimSpaces } from './numeral.ts';

export function compileGeopoint({ format = 'default' }: FieldOf<'geopoint'>): Cast {
  if (format === 'array') {
    return compileJson('a JSON array of a longitude and a latitude', (value) => {
      return Array.isArray(value) && value.length === 2 && isPoint(value[0], value[1]);
    });
  }
  if (format === 'object') {
    return compileJson('a JSON object of lon and lat', (value) => {
      return isObject(value) && Object.keys(value).length === 2 && isPoint(value.lon, value.lat);
    });
  }
  return compilePair();
}

/** `lon, lat`, which becomes a JSON array. */
function compilePair(): Cast {
  const read = compileNumeral({});
  const bad = { expected: 'a longitude and a latitude like 90.50, 45.50' };
  return (text) => {
    const [lon, lat, ...rest] = text.split(',', 3).map((part) => read(trimSpaces(part)));
    if (!lon || !lat || rest.length > 0) return bad;
    const value = [printNumeral(lon), printNumeral(lat)] as const;
    return isPoint(Number(value[0]), Number(value[1])) ? { value: `[${value.join(',')}]` } : bad;
  };
}

function isPoint(lon: unknown, lat: unknown): boolean {
  return isWithin(lon, 180) && isWithin(lat, 90);
}

function isWithin(value: unknown, limit: number): boolean {
  return typeof value === 'number' && Math.abs(value) <= limit;
}
