import { describe, expect, it } from 'vitest';
import { markCell } from '../src/page/runs/mark-cell.ts';

const schema = { inferred: false, descriptor: { fields: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] } };

describe('the faulty cell', () => {
  it('is the text that the message cites, if it is there once', () => {
    const found = markCell('1\tx y\t3', { column: 'b', message: 'expected an integer; got "x y"' }, {});
    expect(found).toEqual({ before: '1\t', cell: 'x y', after: '\t3' });
  });

  it('is that of the column where the text is there more than once', () => {
    const found = markCell('x,x,x', { column: 'b', message: 'got "x"' }, { schema });
    expect(found).toEqual({ before: 'x,', cell: 'x', after: ',x' });
  });

  it('heeds quotes', () => {
    const found = markCell('"1,5",,3', { column: 'b', message: 'missing' }, { schema });
    expect(found).toEqual({ before: '"1,5",', cell: '', after: ',3' });
  });

  it('is not guessed', () => {
    expect(markCell('x x', { message: 'Record is too short' }, {}).cell).toBe('');
  });
});
