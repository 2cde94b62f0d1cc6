import { LINEITEM_SCHEMA } from './lineitem.ts';

const RANGES: Record<string, object> = {
  linenumber: { minimum: 1, maximum: 7 },
  quantity: { minimum: 1, maximum: 50 },
  discount: { minimum: 0, maximum: '0.10' },
  tax: { minimum: 0, maximum: '0.08' },
  shipdate: { minimum: '2019-01-01', maximum: '2026-12-31' },
};

const ENUMS: Record<string, object> = {
  returnflag: { enum: ['N', 'R', 'A'] },
  linestatus: { enum: ['O', 'F'] },
  shipinstruct: { enum: ['DELIVER IN PERSON', 'COLLECT COD', 'NONE', 'TAKE BACK RETURN'] },
  shipmode: { enum: ['AIR', 'FOB', 'MAIL', 'RAIL', 'REG AIR', 'SHIP', 'TRUCK'] },
};

/** Rules for `lineitem`: types on all 16 columns, which have values, ranges on 5, enums on 4; every line holds them. */
export const LINEITEM_RULES = {
  fields: LINEITEM_SCHEMA.fields.map((field) => ({
    ...field,
    constraints: { required: true, ...RANGES[field.name], ...ENUMS[field.name] },
  })),
};

/** Likewise, with a primary key of two columns. */
export const LINEITEM_KEYED_RULES = { ...LINEITEM_RULES, primaryKey: ['orderkey', 'linenumber'] };
