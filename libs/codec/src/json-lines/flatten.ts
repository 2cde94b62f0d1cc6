/** A row: texts by the names of their columns, in the order of the object's keys. */
export type FlatRow = Map<string, string | null>;

/** Objects that lie deeper in each other stay JSON. */
const MAX_DEPTH = 32;

interface RawJson {
  rawJSON: string;
}
const json = JSON as unknown as {
  parse(
    text: string,
    reviver?: (key: string, value: unknown, context: { source: string }) => unknown,
  ): unknown;
  rawJSON(text: string): RawJson;
  isRawJSON(value: unknown): value is RawJson;
  stringify(value: unknown): string;
};

/** Numbers that a double would not give back as they stand. */
const needsSource = /\d{16}|\d[.eE]|-0/;

/**
 * Parses JSON; numbers that a double would change keep their digits.
 * @throws {SyntaxError}
 */
export function parseExactly(text: string): unknown {
  if (!needsSource.test(text)) return JSON.parse(text);
  return json.parse(text, (_key, value, { source }) =>
    typeof value === 'number' ? json.rawJSON(source) : value,
  );
}

/**
 * Lays nested objects out flat: `{"a":{"b":1}}` has the column `a.b`. Arrays stay JSON. Undefined where two keys make one
 * column.
 */
export function flatten(value: object, separator: string): FlatRow | undefined {
  const row: FlatRow = new Map();
  return add(row, value, '', separator, 1) ? row : undefined;
}

function add(row: FlatRow, object: object, prefix: string, separator: string, depth: number): boolean {
  for (const [key, value] of Object.entries(object)) {
    const name = prefix + key;
    if (value !== null && typeof value === 'object' && !Array.isArray(value) && !json.isRawJSON(value)) {
      if (depth < MAX_DEPTH) {
        if (!add(row, value, name + separator, separator, depth + 1)) return false;
        continue;
      }
    }
    if (row.has(name)) return false;
    row.set(name, textOf(value));
  }
  return true;
}

function textOf(value: unknown): string | null {
  if (value === null) return null;
  if (typeof value === 'string') return value;
  if (json.isRawJSON(value)) return value.rawJSON;
  return json.stringify(value);
}
