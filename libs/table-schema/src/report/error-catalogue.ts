/** Where an error belongs, as Frictionless tags its errors. */
const cell = ['#table', '#row', '#cell'] as const;
const row = ['#table', '#row'] as const;
const label = ['#table', '#header', '#label'] as const;
const header = ['#table', '#header'] as const;
const table = ['#table'] as const;
const file = ['#file'] as const;

/**
 * Every error that a report can have: its code, a title, and what it means. Codes are Frictionless's where it has one;
 * those from `null-ratio` on are ours. Titles and descriptions are our own.
 */
export const errorCatalogue = {
  'source-error': {
    title: 'Unreadable source',
    description: 'The file cannot be read as a table.',
    tags: file,
  },
  'scheme-error': {
    title: 'Unreachable source',
    description: 'The file cannot be fetched from where it should be.',
    tags: file,
  },
  'format-error': {
    title: 'Broken format',
    description: 'The file is not in the format that it should have.',
    tags: file,
  },
  'encoding-error': {
    title: 'Broken encoding',
    description: 'The file has bytes that are no text in its encoding.',
    tags: file,
  },
  'compression-error': {
    title: 'Broken compression',
    description: 'The file cannot be inflated.',
    tags: file,
  },
  'hash-count': {
    title: 'Wrong checksum',
    description: 'The checksum of the file is not the one that was stated.',
    tags: file,
  },
  'byte-count': {
    title: 'Wrong size',
    description: 'The file does not have as many bytes as was stated.',
    tags: file,
  },
  'field-count': {
    title: 'Wrong number of columns',
    description: 'The table does not have as many columns as was expected.',
    tags: table,
  },
  'row-count': {
    title: 'Wrong number of rows',
    description: 'The table does not have as many rows as was expected.',
    tags: table,
  },
  'blank-header': { title: 'Blank header', description: 'The header has no labels.', tags: header },
  'unmatched-header': {
    title: 'Header of another table',
    description: 'None of the labels is a field of the schema.',
    tags: header,
  },
  'blank-label': { title: 'Blank label', description: 'A column has no label in the header.', tags: label },
  'duplicate-label': {
    title: 'Label twice',
    description: 'Two columns have the same label, so it does not tell which of them is meant.',
    tags: label,
  },
  'incorrect-label': {
    title: 'Wrong label',
    description: 'The schema has another field at the place of this label.',
    tags: label,
  },
  'extra-label': {
    title: 'Unknown label',
    description: 'The schema has no field for a column of the file.',
    tags: label,
  },
  'missing-label': {
    title: 'Missing label',
    description: 'The file has no column for a field of the schema.',
    tags: label,
  },
  'blank-row': { title: 'Blank row', description: 'A row has no value in any of its cells.', tags: row },
  'duplicate-row': {
    title: 'Row twice',
    description: 'A row has the same cells as one before it.',
    tags: row,
  },
  'primary-key': {
    title: 'Broken primary key',
    description: 'A row lacks a value of the primary key, or shares it with a row before it.',
    tags: row,
  },
  'foreign-key': {
    title: 'Broken reference',
    description: 'A row refers to a row that the other table does not have.',
    tags: row,
  },
  'row-constraint': {
    title: 'Broken rule',
    description: 'A row does not hold a rule about several of its cells.',
    tags: row,
  },
  'extra-cell': {
    title: 'Cell too many',
    description: 'A row has more cells than there are columns.',
    tags: cell,
  },
  'missing-cell': {
    title: 'Cell too few',
    description: 'A row ends before the last of the columns.',
    tags: cell,
  },
  'type-error': {
    title: 'Wrong type',
    description: 'A cell is no value of the type and format of its field.',
    tags: cell,
  },
  'constraint-error': {
    title: 'Broken constraint',
    description: 'A value does not hold a constraint of its field.',
    tags: cell,
  },
  'unique-error': {
    title: 'Value twice',
    description: 'A value that must be unique is in a row before this one too.',
    tags: cell,
  },
  'null-ratio': {
    title: 'Too many missing values',
    description: 'A larger share of a column is missing than was expected.',
    tags: table,
  },
  'allowed-values': {
    title: 'Too many unexpected values',
    description: 'A smaller share of a column is among the listed values than was expected.',
    tags: table,
  },
  freshness: { title: 'Stale data', description: 'The data is older than was expected.', tags: table },
  'control-total': {
    title: 'Wrong control total',
    description: 'A sum or count of the rows is not the one that was stated.',
    tags: table,
  },
  'label-rule': {
    title: 'Label against the rules',
    description: 'A label does not hold the rules for labels.',
    tags: label,
  },
  'schema-drift': {
    title: 'Changed columns',
    description: 'The columns are not those that were expected, in a way that the policy rejects.',
    tags: table,
  },
} as const;

export type ErrorType = keyof typeof errorCatalogue;
export const errorTypes = Object.keys(errorCatalogue) as [ErrorType, ...ErrorType[]];
