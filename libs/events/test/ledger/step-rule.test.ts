import { expect, test } from 'vitest';
import { afterCompleted, afterFailed, envelopeTemplate, objectCreated } from '../../src/index.ts';
import { readStepRule } from '../../src/ledger/index.ts';

const fixed = {
  chain: 'drives',
  step: 'load',
  options: { a: '<1>' },
  output: { bucket: 'lake', prefix: 'p/' },
};
const template = envelopeTemplate(fixed);
const ruleOf = (pattern: object) => readStepRule({ pattern: JSON.stringify(pattern), template });

test('reads a step off the rule that wakes it', () => {
  const pattern = objectCreated.pattern({
    detail: {
      bucket: { name: ['landing'] },
      object: { key: [{ wildcard: 'in/*.txt' }, { prefix: 'more/' }] },
    },
  });
  expect(ruleOf(pattern)).toEqual({
    chain: 'drives',
    step: 'load',
    after: [],
    sources: ['landing/in/', 'landing/more/'],
    output: 'lake/p/',
    options: { a: '<1>' },
  });
  expect(ruleOf(afterCompleted('drives', 'to-tsv'))).toMatchObject({ after: ['drives/to-tsv'], sources: [] });
  expect(ruleOf(afterFailed('drives', 'to-tsv'))).toMatchObject({ after: ['drives/to-tsv'] });
});

test('takes any other rule for none of ours', () => {
  expect(readStepRule({ template: '{"event":<aws.events.event.json>}' })).toBeUndefined();
  expect(readStepRule({ template: JSON.stringify({ ...fixed, event: 1 }) })).toBeUndefined();
  expect(readStepRule({ template: 'no JSON <aws.events.event.json>' })).toBeUndefined();
  expect(readStepRule({})).toBeUndefined();
  expect(readStepRule({ pattern: '{"detail": 7}', template })).toMatchObject({ after: [], sources: [] });
});
