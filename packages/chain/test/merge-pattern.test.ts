import { expect, test } from 'vitest';
import { mergePattern } from '../src/pattern/merge-pattern.ts';

test.each(['__proto__', 'constructor', 'toString', 'x'])(
  'a field by the name of %s is one like any other',
  (name) => {
    const when = JSON.parse(`{${JSON.stringify(name)}:["x"]}`) as Record<string, unknown>;
    const { pattern, conflicts } = mergePattern({ source: ['a'] }, when);
    expect(conflicts).toEqual([]);
    expect(JSON.stringify(pattern)).toBe(`{"source":["a"],${JSON.stringify(name)}:["x"]}`);
  },
);
