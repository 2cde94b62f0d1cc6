import { addCell, type ColumnEvidence, emptyEvidence, mark, mergeEvidence } from '@tributary/table-schema';
import * as map from '../../kernel/columns/memory-map.ts';
import type { CellTable } from '../delimited/record-batch.ts';
import type { KernelHeap } from '../kernel/heap.ts';
import { writeFieldBlock } from './field-block.ts';
import { ColumnJob } from './job.ts';

const SCRATCH = 16;

interface Watched {
  index: number;
  field: number;
  /** Address of the evidence. */
  at: number;
}

/**
 * Gathers what the cells of columns say of their types, over as many batches as there are. A column that holds text is
 * looked at no more, so its evidence has at least the mark `text`.
 * @example
 * ```ts
 * const collector = new EvidenceCollector(heap, [0, 2], ['', 'NA']);
 * for (let batch; (batch = await reader.next()); ) collector.add(batch);
 * collector.evidence(2); // of the third column
 * ```
 */
export class EvidenceCollector {
  readonly #heap: KernelHeap;
  readonly #job: ColumnJob;
  readonly #blocks: number[];
  readonly #scratch: number;
  readonly #watched = new Map<number, Watched>();
  #active: Watched[];

  /** @param missing texts that mean no value, of each column */
  constructor(heap: KernelHeap, columns: readonly { index: number; missing: readonly string[] }[]) {
    this.#heap = heap;
    this.#job = new ColumnJob(heap);
    this.#scratch = heap.allocate(SCRATCH + columns.length * map.EVIDENCE_SIZE);
    this.#blocks = columns.map(({ index, missing }) => writeFieldBlock(heap, index, { missing }));
    columns.forEach(({ index }, i) => {
      const at = this.#scratch + SCRATCH + i * map.EVIDENCE_SIZE;
      heap.bytes.fill(0, at, at + map.EVIDENCE_SIZE);
      this.#watched.set(index, { index, field: this.#blocks[i]!, at });
    });
    this.#active = [...this.#watched.values()];
  }

  add(batch: CellTable): void {
    this.#job.start(batch);
    let texts = 0;
    for (const { index, field, at } of this.#active) {
      const unsure = this.#job.kernel.classifyColumn(this.#job.address, field, at, this.#scratch);
      if (unsure > 0) this.#addUnsure(index, at, unsure);
      if (this.#marks(at) & mark.text) texts++;
    }
    if (texts > 0) this.#active = this.#active.filter(({ at }) => !(this.#marks(at) & mark.text));
  }

  /** Adds what another has seen of the same columns. */
  merge(index: number, other: ColumnEvidence): void {
    const { at } = this.#watched.get(index)!;
    this.#put(at, mergeEvidence(this.evidence(index), other));
    if (this.#marks(at) & mark.text) this.#active = this.#active.filter((column) => column.index !== index);
  }

  /** What was seen of all columns, in bytes that change when something new is; borrowed. */
  bytes(): Uint8Array {
    return this.#heap.at(this.#scratch + SCRATCH, this.#blocks.length * map.EVIDENCE_SIZE);
  }

  /** Of the column at this index. */
  evidence(index: number): ColumnEvidence {
    const watched = this.#watched.get(index);
    if (!watched) return emptyEvidence();
    const { view } = this.#heap;
    return {
      marks: this.#marks(watched.at),
      integerDigits: view.getUint32(watched.at + map.EVIDENCE_INTEGER_DIGITS, true),
      scale: view.getUint32(watched.at + map.EVIDENCE_SCALE, true),
    };
  }

  close(): void {
    for (const block of this.#blocks) this.#heap.release(block);
    this.#heap.release(this.#scratch);
    this.#job.close();
  }

  #addUnsure(index: number, at: number, count: number): void {
    const evidence = this.evidence(index);
    for (const row of this.#job.unsure(count)) {
      addCell(evidence, this.#job.text(row, index));
      if (evidence.marks & mark.text) break;
    }
    this.#put(at, evidence);
  }

  #put(at: number, { marks, integerDigits, scale }: ColumnEvidence): void {
    const { view } = this.#heap;
    view.setUint32(at + map.EVIDENCE_MARKS, marks, true);
    view.setUint32(at + map.EVIDENCE_INTEGER_DIGITS, integerDigits, true);
    view.setUint32(at + map.EVIDENCE_SCALE, scale, true);
  }

  #marks(at: number): number {
    return this.#heap.view.getUint32(at + map.EVIDENCE_MARKS, true);
  }
}
