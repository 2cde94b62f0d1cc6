import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareColumns } from '../../src/drift/compare-columns.ts';
import { driftPolicySchema } from '../../src/drift/drift.ts';
import { fieldSchema } from '../../src/index.ts';
import { ColumnProfiler } from '../../src/profile/column-profiler.ts';
import { buildReport } from '../../src/report/build-report.ts';
import { errorCatalogue, errorTypes } from '../../src/report/error-catalogue.ts';
import { ErrorLog } from '../../src/report/error-log.ts';
import { type ErrorDetails, makeError } from '../../src/report/report-error.ts';
import { printReportPage } from '../../src/report/report-page.ts';
import { validationReportSchema } from '../../src/report/validation-report.ts';
import { findAll, type HtmlElement, parsePage, textOf } from './html-tree.ts';

const numRuns = Number(process.env.PROPERTY_RUNS ?? 60);

function logOf(
  errors: readonly [type: (typeof errorTypes)[number], details: ErrorDetails][],
  limits = {},
): ErrorLog {
  const log = new ErrorLog(limits);
  for (const [type, details] of errors) {
    const field: { name?: string; number?: number } = {};
    if (details.fieldName !== undefined) field.name = details.fieldName;
    if (details.fieldNumber !== undefined) field.number = details.fieldNumber;
    log.add(type, field, () => makeError(type, details));
  }
  return log;
}

const bad = (
  rowNumber: number,
  cell: string,
  fieldNumber = 2,
  fieldName = 'price',
): [(typeof errorTypes)[number], ErrorDetails] => [
  'type-error',
  { note: 'expected an integer', rowNumber, cell, fieldNumber, fieldName },
];

test('an error has the shape of Frictionless', () => {
  expect(makeError('type-error', { ...bad(7, 'x')[1], cells: ['1', 'x'] })).toEqual({
    type: 'type-error',
    title: 'Wrong type',
    description: 'A cell is no value of the type and format of its field.',
    message: 'Row 7, field 2 "price", cell "x": wrong type: expected an integer',
    tags: ['#table', '#row', '#cell'],
    note: 'expected an integer',
    rowNumber: 7,
    fieldNumber: 2,
    fieldName: 'price',
    cell: 'x',
    cells: ['1', 'x'],
  });
  expect(makeError('row-count', { note: 'expected at least 1 rows; got 0' }).message).toBe(
    'Wrong number of rows: expected at least 1 rows; got 0',
  );
  expect(makeError('extra-label', { label: 'x', fieldNumber: 3, fieldName: '' }).message).toBe(
    'Field 3, label "x": unknown label',
  );
});

test('long texts are cut between characters', () => {
  const { cell, cells } = makeError('type-error', {
    cell: `${'x'.repeat(199)}🦆y`,
    cells: Array(80).fill('🦆'.repeat(500)),
  });
  expect(cell).toBe(`${'x'.repeat(199)}…`);
  expect(cells).toHaveLength(50);
  expect(cells![0]!.isWellFormed()).toBe(true);
});

test('codes are Frictionless’s', () => {
  expect(errorTypes).toEqual(
    expect.arrayContaining([
      ...[
        'type-error',
        'constraint-error',
        'unique-error',
        'primary-key',
        'foreign-key',
        'missing-cell',
        'extra-cell',
      ],
      ...['blank-row', 'duplicate-row', 'incorrect-label', 'missing-label', 'extra-label', 'duplicate-label'],
      ...['blank-label', 'blank-header', 'encoding-error', 'source-error'],
    ]),
  );
  for (const { title, description } of Object.values(errorCatalogue)) {
    expect(title).toMatch(/^[A-Z][^.]+$/);
    expect(description).toMatch(/^[A-Z].+\.$/);
  }
});

test('a log lists the first errors of each kind and counts all', () => {
  const errors = Array.from({ length: 500 }, (_, i) => bad(i, 'x', (i % 3) + 1, `f${(i % 3) + 1}`));
  const log = logOf(errors, { listed: 12, perKind: 5 });
  expect(log.total).toBe(500);
  expect(log.errors.map(({ rowNumber }) => rowNumber)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  expect(log.counts()).toEqual([
    { type: 'type-error', fieldName: 'f1', fieldNumber: 1, count: 167 },
    { type: 'type-error', fieldName: 'f2', fieldNumber: 2, count: 167 },
    { type: 'type-error', fieldName: 'f3', fieldNumber: 3, count: 166 },
  ]);
  expect(logOf(errors, { perKind: 2 }).errors.map(({ rowNumber }) => rowNumber)).toEqual([0, 1, 2, 3, 4, 5]);
  const wide = logOf(
    Array.from({ length: 100 }, (_, i) => bad(1, 'x', i + 1, `f${i}`)),
    { kinds: 10 },
  );
  expect(wide.counts()[0]).toEqual({ type: 'type-error', count: 90 });
  expect(wide.counts()).toHaveLength(11);
});

test('a report is valid exactly if there are no errors, and adds up', () => {
  const good = { place: 's3://bucket/in/Prices 2024.csv.gz', labels: ['a'], log: new ErrorLog(), seconds: 1 };
  const report = buildReport([
    good,
    { ...good, log: logOf([bad(2, 'x')], { listed: 0 }), warnings: ['w'], stats: { rows: 9 } },
  ]);
  expect(report).toMatchObject({ valid: false, stats: { tasks: 2, errors: 1, warnings: 1, seconds: 2 } });
  expect(report.tasks.map(({ valid, name }) => [valid, name])).toEqual([
    [true, 'prices-2024'],
    [false, 'prices-2024'],
  ]);
  expect(report.tasks[1]!.stats).toEqual({ errors: 1, warnings: 1, seconds: 1, rows: 9 });
  expect(validationReportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
  for (const [place, name] of [
    ['', 'table'],
    ['…', 'table'],
    ['a/.csv', 'csv'],
    ['C:\\x\\Y.csv', 'y'],
    ['a/b/', 'b'],
  ]) {
    expect(buildReport([{ ...good, place: place! }]).tasks[0]!.name).toBe(name);
  }
});

function wholeReport(hostile: string) {
  const profiler = new ColumnProfiler(fieldSchema.parse({ name: hostile || 'x', type: 'string' }));
  profiler.addValue(hostile, hostile);
  profiler.addMissing();
  const fields = (name: string) => [
    fieldSchema.parse({ name, type: 'string' }),
    fieldSchema.parse({ name: 'other' }),
  ];
  return buildReport([
    {
      place: hostile,
      labels: [hostile],
      log: logOf([
        ...Array.from({ length: 25 }, (_, i) => bad(i + 2, hostile, 1, hostile)),
        ['primary-key', { note: hostile, rowNumber: 9, cells: [hostile, ''] }],
        ['extra-label', { label: hostile, fieldNumber: 3, note: '' }],
        ['row-count', { note: hostile }],
      ]),
      seconds: 0.1,
      stats: { rows: 1_234_567, invalidRows: 26 },
      warnings: [hostile],
      profile: [profiler.profile()],
      drift: compareColumns(
        fields(hostile || 'x'),
        fields(`${hostile}y`),
        driftPolicySchema.parse({}),
        'accepted',
      ),
    },
  ]);
}

test('the page tells what is valid, what is not, and why', () => {
  const page = parsePage(printReportPage(wholeReport('a<b>&"c\'')));
  const text = textOf(page);
  for (const part of [
    '✗ Not valid',
    '1,234,567',
    'a<b>&"c\'',
    'primary-key',
    'expected an integer',
    'renamed',
    'Most frequent',
  ]) {
    expect(text).toContain(part);
  }
  const tables = findAll(page, 'table');
  expect(textOf(findAll(tables[0]!, 'caption')[0]!)).toContain('28 errors');
  expect(findAll(tables[1]!, 'tr')).toHaveLength(11);
  expect(textOf(findAll(tables[1]!, 'caption')[0]!)).toBe('10 of 25');
  expect(
    textOf(
      parsePage(
        printReportPage(buildReport([{ place: 'x.csv', labels: [], log: new ErrorLog(), seconds: 0 }])),
      ),
    ),
  ).toContain('✓ Valid');
});

test('the page is whole: links lead somewhere, ids are single, tables have headings, nothing is fetched or run', () => {
  const page = parsePage(printReportPage(wholeReport('x')));
  const all = (element: HtmlElement): HtmlElement[] =>
    element.children.flatMap((child) => (typeof child === 'string' ? [] : [child, ...all(child)]));
  const elements = all(page);
  const ids = elements.flatMap(({ attributes }) => (attributes.id ? [attributes.id] : []));
  expect(new Set(ids).size).toBe(ids.length);
  for (const { name, attributes } of elements) {
    expect(['script', 'iframe', 'img', 'link', 'object']).not.toContain(name);
    expect(
      Object.keys(attributes).filter((key) => key.startsWith('on') || key === 'src' || key === 'style'),
    ).toEqual([]);
    if (attributes.href) expect(ids).toContain(attributes.href.slice(1));
    if (attributes['aria-labelledby']) expect(ids).toContain(attributes['aria-labelledby']);
  }
  for (const table of findAll(page, 'table')) {
    expect(findAll(table, 'caption')).toHaveLength(1);
    const columns = findAll(findAll(table, 'thead')[0]!, 'th');
    for (const heading of columns) expect(heading.attributes.scope).toBe('col');
    for (const row of findAll(findAll(table, 'tbody')[0]!, 'tr')) {
      expect(findAll(row, 'td').length + findAll(row, 'th').length).toBe(columns.length);
    }
  }
  expect(findAll(page, 'html')[0]!.attributes.lang).toBe('en');
  expect(textOf(findAll(page, 'title')[0]!)).toBe('Not valid: x');
});

test('whatever is in a file, the page is the same but for texts', () => {
  const tags = (page: string) => {
    const names = (element: HtmlElement): string =>
      element.children
        .map((child) => (typeof child === 'string' ? '' : `<${child.name}>${names(child)}</>`))
        .join('');
    return names(parsePage(page));
  };
  const expected = tags(printReportPage(wholeReport('x')));
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1 }),
    fc.constantFrom(
      '</style><script>alert(1)</script>',
      '"><img src=x onerror=alert(1)>',
      '&lt;',
      '<!--',
      ']]>',
      '\0\x1b\u202e\ud800',
      '$&',
    ),
  );
  fc.assert(
    fc.property(hostile, (text) => {
      const page = printReportPage(wholeReport(text));
      expect(page.isWellFormed()).toBe(true);
      expect(page).not.toMatch(/(?!\n)\p{Cc}|\u202e/u);
      expect(tags(page)).toBe(expected);
    }),
    { numRuns },
  );
});
