import { expect, test } from 'vitest';
import { compileIsMissing, missingTexts } from '../../src/index.ts';

test.each([
  [{}, {}, ['']],
  [{ missingValues: [] }, {}, []],
  [{ missingValues: ['', 'NA'] }, {}, ['', 'NA']],
  [{ missingValues: ['', { value: '-99', label: 'refused' }] }, {}, ['', '-99']],
  [{ missingValues: ['', 'NA'] }, { missingValues: ['-'] }, ['-']],
  [{ missingValues: ['NA'] }, { missingValues: [] }, []],
])('%j and %j: %j', (schema, field, texts) => {
  expect(missingTexts(schema, field)).toEqual(texts);
  const isMissing = compileIsMissing(schema, field);
  for (const text of ['', 'NA', '-99', '-', ' ', 'na', 'toString']) {
    expect(isMissing(text)).toBe(texts.includes(text));
  }
});
