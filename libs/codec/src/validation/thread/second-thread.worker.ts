// What runs on the second thread of a validation: see second-thread.ts.

import { parentPort, workerData } from 'node:worker_threads';
import type { CellTable } from '../../delimited/record-batch.ts';
import { isFullHeap, KernelHeap } from '../../kernel/heap.ts';
import type { ThreadData } from '../../threads/helper-thread.ts';
import type { RowHashes } from '../hash-table.ts';
import { createKernel } from '../kernel.ts';
import { type HashedKey, KeyHasher, partsOf, uniqueHashesOf } from '../key-hasher.ts';
import { TableCheck } from '../table-check.ts';
import { compileRules } from '../table-rules.ts';
import type { Answer, Order } from './messages.ts';

const port = parentPort!;
const { room } = workerData as ThreadData;
const heap = new KernelHeap(room);
const kernel = createKernel(heap.memory);
const answer = (message: Answer) => port.postMessage(message);

const hasher = new KeyHasher(heap, kernel);

let table: TableCheck | undefined;
let keys: HashedKey[] = [];

port.on('message', (order: Order) => {
  try {
    carryOut(order);
  } catch (error) {
    answer({ kind: 'failed', error });
  }
});

function carryOut(order: Order): void {
  switch (order.kind) {
    case 'open':
      answer({ kind: open(order) ? 'ready' : 'unable' });
      return;
    case 'check':
      table!.run(order);
      order.rooms.forEach((room, i) => {
        hash(table!, order, keys[i], room);
      });
      answer({ kind: 'done', suspects: table!.check.takeSuspects() });
      return;
    case 'tell':
      answer({ kind: 'gathered', table: table!.gathered() });
      return;
    case 'close':
      port.close();
  }
}

/** False if it takes too much memory. */
function open({ options, labels }: Extract<Order, { kind: 'open' }>): boolean {
  table?.close();
  table = undefined;
  const rules = compileRules(options, labels);
  keys = uniqueHashesOf(rules);
  try {
    // Which texts are the most frequent depends on their order: those are counted by the other thread alone.
    table = new TableCheck(heap, kernel, rules, options, 0);
    return true;
  } catch (error) {
    if (isFullHeap(error)) return false;
    throw error;
  }
}

/** @param key undefined: the whole row */
function hash(
  { check, columnOf }: TableCheck,
  { records, columns }: CellTable,
  key: HashedKey | undefined,
  into: RowHashes,
): void {
  if (!key) hasher.hashRows(check, records, columns, into);
  else hasher.hash(check, records, partsOf(key, columnOf) ?? [], into);
}
