// node zod-validate.ts CSV SCHEMA.json: csv-parse, and a zod schema for each row.
import { createReadStream, readFileSync } from 'node:fs';
import { parse } from 'csv-parse';
import * as z from 'zod';
import type { Rules } from './validation-rules.ts';

const [csv, schemaFile] = process.argv.slice(2);
const { fields, primaryKey } = JSON.parse(readFileSync(schemaFile!, 'utf8')) as Rules;

function cellOf({ type, constraints }: Rules['fields'][number]): z.ZodType {
  if (constraints.enum) return z.enum(constraints.enum as [string, ...string[]]);
  const { minimum, maximum } = constraints;
  if (type === 'integer' || type === 'number') {
    let number = type === 'integer' ? z.coerce.number<string>().int() : z.coerce.number<string>();
    if (minimum !== undefined) number = number.min(Number(minimum));
    if (maximum !== undefined) number = number.max(Number(maximum));
    return z.string().min(1).pipe(number);
  }
  if (type !== 'date') return z.string().min(1);
  return z.iso.date().refine((day) => day >= String(minimum ?? day) && day <= String(maximum ?? day));
}

const row = z.object(Object.fromEntries(fields.map((field) => [field.name, cellOf(field)])));
const keys = new Set<string>();
let rows = 0;
let bad = 0;
for await (const record of createReadStream(csv!).pipe(parse({ columns: true }))) {
  rows++;
  if (!row.safeParse(record).success) bad++;
  if (!primaryKey) continue;
  const key = primaryKey.map((name) => record[name]).join('\u0000');
  if (keys.has(key)) bad++;
  keys.add(key);
}
console.log({ rows, bad });
