import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../src/pattern/index.ts';
import { cases } from './cases.ts';

for (const [subject, group] of Object.entries(cases)) {
  describe(subject, () => {
    it.each(group)('$name', ({ pattern, matches = [], rejects = [] }) => {
      const test = compilePattern(pattern);
      for (const [events, expected] of [[matches, true] as const, [rejects, false] as const]) {
        for (const event of events) {
          expect(test(event), `${JSON.stringify(event)} as given`).toBe(expected);
          // The same event as text must give the same answer.
          if (typeof event === 'object') expect(test(JSON.stringify(event)), 'as text').toBe(expected);
        }
      }
    });
  });
}
