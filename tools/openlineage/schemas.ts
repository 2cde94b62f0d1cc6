import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A JSON Schema, as far as it says who it is. */
export type JsonSchema = { $id?: string } & Record<string, unknown>;

const official = 'https://openlineage.io/spec';

/** Gets the schema of a URL below https://openlineage.io/spec. */
export type SchemaSource = (url: string) => Promise<JsonSchema>;

/**
 * The official schemas: of a folder with a checkout of the specification (`spec/` of OpenLineage's repository), or from an address
 * that stands for https://openlineage.io/spec.
 */
export function openSchemas(place: string): SchemaSource {
  return /^https?:/.test(place) ? fromAddress(place) : fromFolder(place);
}

function fromAddress(address: string): SchemaSource {
  return async (url) => {
    const at = url.replace(official, address.replace(/\/$/, ''));
    const response = await fetch(at);
    if (!response.ok) throw new Error(`${at}: ${response.status}`);
    return (await response.json()) as JsonSchema;
  };
}

/** By the id that a schema says of itself: a file of another version is not what was asked for. */
function fromFolder(folder: string): SchemaSource {
  const byId = new Map<string, JsonSchema>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.json')) continue;
    const schema = JSON.parse(readFileSync(join(entry.parentPath, entry.name), 'utf8')) as JsonSchema;
    if (typeof schema.$id === 'string') byId.set(schema.$id, schema);
  }
  return async (url) => {
    const schema = byId.get(url);
    if (schema !== undefined) return schema;
    const others = [...byId.keys()].filter((id) => basename(id) === basename(url));
    throw new Error(`${folder} has no ${url}${others.length > 0 ? `, but ${others.join(', ')}` : ''}`);
  };
}
