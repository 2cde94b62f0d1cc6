import type { KernelHeap } from '../kernel/heap.ts';
import { BatchCheck } from './batch-check.ts';
import { compileCellRule } from './cell-rule.ts';
import type { Kernel } from './kernel.ts';
import { learntFields } from './key-hasher.ts';
import type { KeyJudge } from './key-judge.ts';
import { useOddBatch } from './odd-batch.ts';
import type { TableInput } from './table-input.ts';
import type { TableRules } from './table-rules.ts';

/**
 * Learns the keys of a table in a pass of their own.
 * @throws {BadInput} `too-many-keys`, and those of `DelimitedReader`
 */
export async function surveyKeys(
  input: TableInput,
  heap: KernelHeap,
  kernel: Kernel,
  rules: TableRules,
  keys: KeyJudge,
): Promise<void> {
  const { schema, match, labels } = rules;
  const fields = [...learntFields(rules)].filter((field) => match.columns.includes(field));
  const columnOf = (field: number) => (fields.includes(field) ? fields.indexOf(field) : undefined);
  const check = new BatchCheck(
    heap,
    kernel,
    fields.map((field) => ({
      rule: compileCellRule(schema, schema.fields[field]!),
      index: match.columns.indexOf(field),
      checks: false,
    })),
    { coversAll: false },
  );
  try {
    await input.eachBatch(async (batch, odd) => {
      keys.reserve((batch?.records ?? 0) + odd.length);
      if (batch) {
        check.check(batch);
        keys.note(check, batch, columnOf);
        keys.noteRows(check, batch);
      }
      useOddBatch(heap, odd, labels.length, (oddBatch, cells) => {
        check.check(oddBatch);
        keys.note(check, oddBatch, columnOf);
        keys.noteOddRows(cells);
      });
    });
  } finally {
    check.close();
  }
  keys.settle();
}
