/**
 * Events a second through one rule: `node libs/events/test/pattern/pattern.bench.ts`. Each line is the median of five
 * runs of a second or less.
 */
import { compilePattern, type EventPattern } from '../../src/pattern/index.ts';
import { s3Event } from '../samples.ts';

const hit = {
  ...s3Event,
  detail: { ...s3Event.detail, items: Array.from({ length: 20 }, (_, id) => ({ id, on: id % 2 })) },
};
const miss = { ...hit, source: 'my.app' };
const text = JSON.stringify(s3Event);

const rules: [string, EventPattern, object | string][] = [
  ['one field, hit', { source: ['aws.s3'] }, hit],
  ['one field, miss', { source: ['aws.s3'] }, miss],
  [
    'S3 rule of four fields, hit',
    {
      source: ['aws.s3'],
      'detail-type': ['Object Created'],
      detail: { bucket: { name: ['landing'] }, object: { key: [{ prefix: 'in/' }] } },
    },
    hit,
  ],
  ['wildcard', { detail: { object: { key: [{ wildcard: 'in/*%*.gz' }] } } }, hit],
  ['numeric range', { detail: { object: { size: [{ numeric: ['>', 0, '<=', 10] }] } } }, hit],
  ['anything-but prefix', { detail: { object: { key: [{ 'anything-but': { prefix: 'tmp/' } }] } } }, hit],
  ['equals-ignore-case', { detail: { reason: [{ 'equals-ignore-case': 'PUTOBJECT' }] } }, hit],
  ['cidr', { detail: { 'source-ip-address': [{ cidr: '1.2.0.0/16' }] } }, hit],
  ['$or of three', { $or: [{ source: ['x'] }, { account: ['y'] }, { region: ['eu-west-1'] }] }, hit],
  ['two fields of one of 20 elements', { detail: { items: { id: [19], on: [1] } } }, hit],
  ['S3 rule, event as text', { source: ['aws.s3'], detail: { object: { key: [{ prefix: 'in/' }] } } }, text],
];

for (const [name, pattern, event] of rules) {
  const matches = compilePattern(pattern);
  const rates = Array.from({ length: 5 }, () => {
    const start = performance.now();
    let count = 0;
    while (performance.now() - start < 200)
      for (let index = 0; index < 1000; index++, count++) matches(event);
    return count / (performance.now() - start) / 1000;
  }).sort((a, b) => a - b);
  console.log(`${name.padEnd(34)} ${rates[2]!.toFixed(2).padStart(7)} million a second`);
}
