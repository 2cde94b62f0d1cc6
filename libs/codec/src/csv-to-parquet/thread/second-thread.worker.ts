// What runs on the second thread of a conversion: see second-thread.ts.

import { parentPort, workerData } from 'node:worker_threads';
import type { ColumnEvidence } from '@tributary/table-schema';
import { EvidenceCollector } from '../../columns/evidence-collector.ts';
import { BadInput } from '../../errors.ts';
import { KernelHeap } from '../../kernel/heap.ts';
import type { ColumnVector } from '../../parquet/column.ts';
import type { ThreadData } from '../../threads/helper-thread.ts';
import { openTableOutput, type TableOutput } from '../table-output.ts';
import type { Answer, Failure, Order } from './messages.ts';
import { PortSinks } from './port-sinks.ts';

const port = parentPort!;
const { room } = workerData as ThreadData;
const heap = new KernelHeap(room);
const answer = (message: Answer, moved: ArrayBuffer[] = []) => port.postMessage(message, moved);
const sinks = new PortSinks(answer);

let watched: readonly number[] = [];
let collector: EvidenceCollector | undefined;
let output: TableOutput | undefined;
let hasFailed = false;
let last = Promise.resolve();

port.on('message', (order: Order) => {
  if (order.kind === 'written') sinks.settle(order.bytes);
  else if (order.kind === 'close') void close();
  else last = last.then(() => (hasFailed ? undefined : carryOut(order).catch(fail)));
});
answer({ kind: 'ready' });

async function carryOut(order: Exclude<Order, { kind: 'written' | 'close' }>): Promise<void> {
  switch (order.kind) {
    case 'watch':
      watched = order.columns.map(({ index }) => index);
      collector = new EvidenceCollector(heap, order.columns);
      return;
    case 'look':
      collector!.add(order);
      return answer({ kind: 'done' });
    case 'tell': {
      const columns = watched.map((index): ColumnEvidence => collector!.evidence(index));
      collector!.close();
      collector = undefined;
      return answer({ kind: 'evidence', columns });
    }
    case 'open':
      output = openTableOutput(heap, order.columns, sinks, order.layout);
      return;
    case 'append':
      await output!.append(order.rows, vectorsAt(order.vectors));
      return answer({ kind: 'done' });
    case 'end':
      await output!.end(order.end);
      return answer({ kind: 'ended' });
  }
}

function vectorsAt(addresses: Uint32Array): ColumnVector[] {
  return Array.from({ length: addresses.length / 2 }, (_, i) => ({
    slots: addresses[2 * i]!,
    present: addresses[2 * i + 1]!,
  }));
}

function fail(error: unknown): void {
  hasFailed = true;
  const failure: Failure = error instanceof BadInput ? { refused: error.fault } : { error };
  answer({ kind: 'failed', failure });
}

/** The thread ends by itself once nothing is under way and nobody listens any more. */
async function close(): Promise<void> {
  hasFailed = true;
  sinks.close();
  await last;
  await output?.close();
  port.close();
}
