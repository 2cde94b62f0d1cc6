/** For each kind of geometry how deep its positions or arcs lie, and how many positions of GeoJSON a line or ring has at least. */
export const GEOMETRIES = new Map([
  ['Point', { depth: 0, least: 0 }],
  ['MultiPoint', { depth: 1, least: 0 }],
  ['LineString', { depth: 1, least: 2 }],
  ['MultiLineString', { depth: 2, least: 2 }],
  ['Polygon', { depth: 2, least: 4 }],
  ['MultiPolygon', { depth: 3, least: 4 }],
]);

/** Whether a value is lists of lists down to a depth where every item fits, the innermost lists having so many at least. */
export function isNested(
  value: unknown,
  depth: number,
  least: number,
  fits: (item: unknown) => boolean,
): boolean {
  if (depth === 0) return fits(value);
  if (depth === 1 && Array.isArray(value) && value.length < least) return false;
  return isList(value, (item) => isNested(item, depth - 1, least, fits));
}

/** Longitude, latitude, and an altitude or more. */
export function isPosition(value: unknown): boolean {
  return isList(value, (item) => typeof item === 'number') && value.length >= 2;
}

export function isList(value: unknown, fits: (item: unknown) => boolean): value is unknown[] {
  return Array.isArray(value) && value.every(fits);
}
