import type { Cast } from '../cell-value.ts';
import type { FieldOf } from '../schema/field.ts';
import { GEOMETRIES, isList, isNested, isPosition } from './geometry.ts';
import { compileJson, isObject, type Json } from './json.ts';
import { isTopojson } from './topojson.ts';

export function compileGeojson({ format }: FieldOf<'geojson'>): Cast {
  return format === 'topojson'
    ? compileJson('a TopoJSON object', (value) => isObject(value) && isTopojson(value))
    : compileJson('a GeoJSON object', (value) => isObject(value) && isGeojson(value));
}

/** RFC 7946, section 3. Whether rings are closed and where on Earth positions are is not looked at. */
function isGeojson(value: Json): boolean {
  if (value.type === 'FeatureCollection') return isList(value.features, isFeature);
  return isFeature(value) || isGeometry(value);
}

function isFeature(value: unknown): boolean {
  if (!isObject(value) || value.type !== 'Feature') return false;
  const { geometry, properties } = value;
  return (geometry === null || isGeometry(geometry)) && (properties === null || isObject(properties));
}

function isGeometry(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { type, coordinates } = value;
  if (type === 'GeometryCollection') return isList(value.geometries, isGeometry);
  const geometry = GEOMETRIES.get(String(type));
  if (!geometry || !Array.isArray(coordinates)) return false;
  // No coordinates at all: a geometry without a place (section 3.1).
  return coordinates.length === 0 || isNested(coordinates, geometry.depth, geometry.least, isPosition);
}
