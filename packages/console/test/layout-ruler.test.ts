import type { StepRule } from '@tributary/events/ledger';
import { expect, it } from 'vitest';
import { rulerOf } from '../src/server/preview/layout-ruler.ts';

const layout = {
  fields: [
    { name: 'day', start: 0, end: 10 },
    { name: 'n', width: 4 },
  ],
};
const ruler = [
  { name: 'day', start: 0, end: 10 },
  { name: 'n', start: 10, end: 14 },
];
const rule = (more: Partial<StepRule>): StepRule => ({
  chain: 'drives',
  step: 'to-tsv',
  after: [],
  sources: ['landing/in/'],
  output: 'lake/tsv/',
  options: {},
  ...more,
});
const none = () => Promise.reject(new Error('nothing is to be read'));

it('knows the columns of what a step with a layout takes in, and of nothing else', async () => {
  const steps = [rule({ sources: ['other/'] }), rule({ options: { layout } })];
  expect(await rulerOf('landing/in/a.txt', steps, none)).toEqual(ruler);
  expect(await rulerOf('landing/else/a.txt', steps, none)).toBeUndefined();
  expect(await rulerOf('landing/in/a.txt', [rule({})], none)).toBeUndefined();
});

it('finds a layout that is too long for its rule', async () => {
  const optionsRef = { bucket: 'deployment', key: 'options.json' };
  const asked: object[] = [];
  const read = async (at: object) => {
    asked.push(at);
    return { layout };
  };
  expect(await rulerOf('landing/in/a.txt', [rule({ optionsRef })], read)).toEqual(ruler);
  expect(asked).toEqual([optionsRef]);
});
