import type { Field } from '@tributary/table-schema';
import type { BadCellFound } from '../columns/column-reader.ts';
import type { RejectedRow } from '../converter.ts';

const SHOWN = 80;

/** Codes of rows rejected for a cell. Stable: users route on them. */
const codes: Record<Exclude<Field['type'], 'any' | 'string'>, string> = {
  integer: 'not-an-integer',
  number: 'not-a-number',
  boolean: 'not-a-boolean',
  date: 'not-a-date',
  time: 'not-a-time',
  datetime: 'not-a-datetime',
  year: 'not-a-year',
  yearmonth: 'not-a-yearmonth',
  duration: 'not-a-duration',
  object: 'not-an-object',
  array: 'not-an-array',
  list: 'not-a-list',
  geopoint: 'not-a-geopoint',
  geojson: 'not-geojson',
};
const formatCodes: Record<string, string> = {
  email: 'not-an-email',
  uri: 'not-a-uri',
  uuid: 'not-a-uuid',
  binary: 'not-base64',
};

/** What quarantine says of a row with this cell. */
export function describeBadCell({
  column,
  bad,
  text,
}: BadCellFound): Pick<RejectedRow, 'column' | 'code' | 'message'> {
  const { field } = column;
  if (!bad)
    return { column: field.name, code: 'missing-required', message: 'Cell is missing; expected a value' };
  return {
    column: field.name,
    code: codeOf(field),
    message: `Cell does not fit its field; expected ${bad.expected}; got ${show(text ?? '')}`,
  };
}

function codeOf(field: Field): string {
  if (field.type === 'string') return formatCodes[field.format ?? ''] ?? 'not-a-string';
  return field.type === 'any' ? 'not-a-string' : codes[field.type];
}

function show(text: string): string {
  return text.length > SHOWN
    ? `${JSON.stringify(text.slice(0, SHOWN))}… (${text.length} characters)`
    : JSON.stringify(text);
}
