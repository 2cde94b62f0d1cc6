import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareInRun } from '../../src/ledger/event-order.ts';

test('events of one second stand in the order in which they came to be, however they arrive', () => {
  const of = (id: string, type: string, hop?: number, second = 1) => ({
    id,
    time: `2026-11-27T00:00:0${second}Z`,
    'detail-type': type,
    detail: hop === undefined ? { requestPayload: {} } : { hop },
  });
  const inOrder = [
    of('z', 'Step Started', 1, 0),
    of('y', 'Step Completed', 1),
    of('x', 'Step Started', 2),
    of('a', 'Step Rejected', 2),
    of('b', 'Step Rejected', 2),
    of('0', 'Lambda Function Invocation Result - Failure'),
    of('1', 'Step Started', 3, 2),
  ];
  fc.assert(
    fc.property(fc.shuffledSubarray(inOrder, { minLength: inOrder.length }), (arrived) => {
      expect(arrived.sort(compareInRun)).toEqual(inOrder);
    }),
  );
});
