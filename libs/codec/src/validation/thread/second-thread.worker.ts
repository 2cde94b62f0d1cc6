// What runs on the second thread of a validation: see second-thread.ts.
import { parentPort, workerData } from 'node:worker_threads';
import { KernelHeap } from '../../kernel/heap.ts';
import { createKernel } from '../kernel.ts';
import { TableCheck } from '../table-check.ts';
import { compileRules } from '../table-rules.ts';
import type { Answer, Order, ThreadData } from './messages.ts';

const port = parentPort!;
const { room } = workerData as ThreadData;
const heap = new KernelHeap(room);
const kernel = createKernel(heap.memory);
const answer = (message: Answer) => port.postMessage(message);

let table: TableCheck | undefined;

port.on('message', (order: Order) => {
  try {
    carryOut(order);
  } catch (error) {
    answer({ kind: 'failed', error });
  }
});
answer({ kind: 'ready' });

function carryOut(order: Order): void {
  switch (order.kind) {
    case 'open':
      table?.close();
      // Which texts are the most frequent depends on their order: those are counted by the other thread alone.
      table = new TableCheck(heap, kernel, compileRules(order.options, order.labels), order.options, 0);
      return;
    case 'check':
      table!.run(order);
      answer({ kind: 'done', suspects: table!.check.takeSuspects() });
      return;
    case 'tell':
      answer({ kind: 'gathered', table: table!.gathered() });
      return;
    case 'close':
      port.close();
  }
}
