import { describe, expect, test } from 'vitest';
import { validateText } from './validate-text.ts';

const schema = {
  fields: [
    { name: 'id', type: 'integer' },
    { name: 'name', type: 'string', constraints: { maxLength: 5 } },
    { name: 'price', type: 'number', precision: 9, scale: 2, constraints: { minimum: 0 } },
  ],
  primaryKey: 'id',
};
const good = 'id,name,price\n1,ann,1.50\n2,"b, c",2\n';

describe('split', () => {
  test('valid rows go on as they stand in the file', async () => {
    const { text, rejects, report, task } = await validateText(good, { schema });
    expect(text).toBe(good);
    expect(rejects).toEqual([]);
    expect(report).toMatchObject({ rows: 2, rejected: 0, dialect: { delimiter: ',', header: true } });
    expect(task).toMatchObject({ valid: true, stats: { errors: 0, rows: 2, invalidRows: 0 } });
  });

  test('the others go to quarantine with a code, a column and a reason', async () => {
    const { text, rejects, report, task } = await validateText(
      'id,name,price\n1,ann,1.50\nx,bob,1\n1,cy,3\n4,overlong,-1\n5,dan\n6,eve,1,2\n\n7,fay,1\n',
      { schema, rejects: { maxRejectRatio: 1 } },
    );
    expect(text).toBe('id,name,price\n1,ann,1.50\n7,fay,1\n');
    expect(rejects.map(({ line, code, column, record }) => [line, code, column, record])).toEqual([
      [3, 'type-error', 'id', 'x,bob,1'],
      [4, 'primary-key', 'id', '1,cy,3'],
      [5, 'constraint-error', 'name', '4,overlong,-1'],
      [6, 'missing-cell', 'price', '5,dan'],
      [7, 'extra-cell', undefined, '6,eve,1,2'],
      [8, 'blank-row', undefined, ''],
    ]);
    expect(report).toMatchObject({ rows: 2, rejected: 6 });
    expect(task).toMatchObject({ valid: false, stats: { errors: 7, rows: 8, invalidRows: 6 } });
  });
});

test.each([
  ['where keys are learnt first', schema, 0],
  ['where they are not', { fields: schema.fields }, 1],
])('a file that is given up is not valid, whatever was good of it until then: %s', async (_, keyed, rows) => {
  const unclosed = `id,name,price\n1,ann,1.50\n2,"${'b\n'.repeat(100)}`;
  const value = { schema: keyed, reading: { maxFieldBytes: 99 } };
  const { refusal, task, page } = await validateText(unclosed, value);
  expect(refusal?.code).toBe('unterminated-quote');
  expect(task).toMatchObject({ valid: false, stats: { errors: 0, warnings: 1, rows } });
  expect(page).toContain('Not valid');
});
