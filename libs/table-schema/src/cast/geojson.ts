import type { Cast } from '../cell-value.ts';
import type { FieldOf } from '../schema/field.ts';
import { compileJson, isObject, type Json } from './json.ts';

export function compileGeojson({ format }: FieldOf<'geojson'>): Cast {
  return format === 'topojson'
    ? compileJson('a TopoJSON object', (value) => isObject(value) && isTopojson(value))
    : compileJson('a GeoJSON object', (value) => isObject(value) && isGeojson(value));
}

/** For each geometry how deep its positions lie, and how many of them a line or ring has at least. */
const GEOMETRIES = new Map([
  ['Point', { depth: 0, least: 0 }],
  ['MultiPoint', { depth: 1, least: 0 }],
  ['LineString', { depth: 1, least: 2 }],
  ['MultiLineString', { depth: 2, least: 2 }],
  ['Polygon', { depth: 2, least: 4 }],
  ['MultiPolygon', { depth: 3, least: 4 }],
]);

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
  return coordinates.length === 0 || isCoordinates(coordinates, geometry.depth, geometry.least);
}

function isCoordinates(value: unknown, depth: number, least: number): boolean {
  if (depth === 0) return isPosition(value);
  if (depth === 1 && Array.isArray(value) && value.length < least) return false;
  return isList(value, (item) => isCoordinates(item, depth - 1, least));
}

/** Longitude, latitude, and an altitude or more. */
function isPosition(value: unknown): boolean {
  return isList(value, (item) => typeof item === 'number') && value.length >= 2;
}

function isList(value: unknown, fits: (item: unknown) => boolean): value is unknown[] {
  return Array.isArray(value) && value.every(fits);
}

/** A topology or one of its geometry objects, which have arcs where they are not points. */
function isTopojson(value: Json): boolean {
  const { type } = value;
  if (type === 'Topology') return isObject(value.objects) && Array.isArray(value.arcs);
  if (type === 'GeometryCollection') return Array.isArray(value.geometries);
  const member = type === 'Point' || type === 'MultiPoint' ? value.coordinates : value.arcs;
  return GEOMETRIES.has(String(type)) && Array.isArray(member);
}
