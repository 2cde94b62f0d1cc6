import { GEOMETRIES, isList, isNested, isPosition } from './geometry.ts';
import { isObject, type Json } from './json.ts';

/** A topology or one of its geometry objects. Whether there is an arc of each index is not looked at. */
export function isTopojson(value: Json): boolean {
  if (value.type !== 'Topology') return value.type !== null && isGeometry(value);
  const { objects, arcs } = value;
  return (
    isObject(objects) &&
    Object.values(objects).every(isGeometry) &&
    isList(arcs, (arc) => isNested(arc, 1, 2, isPosition))
  );
}

/** Points have coordinates, all else indexes of arcs. */
function isGeometry(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { type, coordinates, arcs, geometries } = value;
  // Not in the specification, but what its authors' tools write for a geometry without a place.
  if (type === null) return true;
  if (type === 'GeometryCollection') return isList(geometries, isGeometry);
  const geometry = GEOMETRIES.get(String(type));
  if (!geometry) return false;
  const { depth } = geometry;
  if (type === 'Point' || type === 'MultiPoint') return isNested(coordinates, depth, 0, isPosition);
  return isNested(arcs, depth, 0, Number.isInteger);
}
