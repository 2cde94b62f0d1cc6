import type { Cast } from '../cell-value.ts';
import type { FieldOf } from '../schema/field.ts';

type Json = Record<string, unknown>;

/** The text is the value, if it is JSON and of the right shape: numbers in it keep all their digits. */
export function compileObject(): Cast {
  return compileJson('a JSON object', isObject);
}

export function compileArray(): Cast {
  return compileJson('a JSON array', Array.isArray);
}

export function compileGeojson({ format }: FieldOf<'geojson'>): Cast {
  return format === 'topojson'
    ? compileJson('a TopoJSON object', (value) => isObject(value) && isTopojson(value))
    : compileJson('a GeoJSON object', (value) => isObject(value) && isGeojson(value));
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

const GEOMETRIES = ['Point', 'MultiPoint', 'LineString', 'MultiLineString', 'Polygon', 'MultiPolygon'];

/** The outermost object has the members of its type (RFC 7946, section 1.4 and 3); coordinates are not looked at. */
function isGeojson(value: Json): boolean {
  const { type } = value;
  if (type === 'FeatureCollection') return Array.isArray(value.features);
  if (type === 'GeometryCollection') return Array.isArray(value.geometries);
  if (type === 'Feature') {
    return isObjectOrNull(value.geometry) && isObjectOrNull(value.properties);
  }
  return GEOMETRIES.includes(String(type)) && Array.isArray(value.coordinates);
}

function isObjectOrNull(value: unknown): boolean {
  return value === null || isObject(value);
}

/** A topology or one of its geometry objects, which have arcs where they are not points. */
function isTopojson(value: Json): boolean {
  const { type } = value;
  if (type === 'Topology') return isObject(value.objects) && Array.isArray(value.arcs);
  if (type === 'GeometryCollection') return Array.isArray(value.geometries);
  const member = type === 'Point' || type === 'MultiPoint' ? value.coordinates : value.arcs;
  return GEOMETRIES.includes(String(type)) && Array.isArray(member);
}
