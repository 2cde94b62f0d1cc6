import { BadSchema, type ForeignKey, matchHeader, type TableSchema } from '@tributary/table-schema';
import type { ConvertIo } from '../converter.ts';
import { readingSchema } from '../delimited/dialect.ts';
import { DelimitedReader } from '../delimited/reader.ts';
import type { KernelHeap } from '../kernel/heap.ts';
import { BatchCheck } from './batch-check.ts';
import { compileCellRule } from './cell-rule.ts';
import type { Kernel } from './kernel.ts';
import type { KeyJudge } from './key-judge.ts';
import { badSchema, type TableRules } from './table-rules.ts';

/**
 * Reads the tables that foreign keys refer to. Cells are read by the fields of the key; rows that are malformed, and cells
 * that are no value, are no row to refer to.
 * @throws {BadOptions} `bad-reference` where the table lacks a column
 */
export async function readReferences(
  io: Pick<ConvertIo, 'openReference' | 'signal'>,
  heap: KernelHeap,
  kernel: Kernel,
  { foreignKeys, schema }: TableRules,
  judge: KeyJudge,
): Promise<void> {
  const byResource = new Map<string, number[]>();
  foreignKeys.forEach(({ resource }, i) => {
    if (resource !== undefined) byResource.set(resource, [...(byResource.get(resource) ?? []), i]);
  });
  for (const [resource, keys] of byResource) {
    const reader = new DelimitedReader(
      heap,
      await io.openReference(resource),
      {
        dialect: { header: true },
        reading: readingSchema.parse({ shortRows: 'reject', longRows: 'reject' }),
      },
      { reject: () => {}, guessNulls: false },
    );
    let checks: { key: number; check: BatchCheck }[] = [];
    try {
      const { labels = [] } = await reader.open();
      checks = keys.map((key) => ({
        key,
        check: compileReference(heap, kernel, foreignKeys[key]!, schema, labels),
      }));
      for (let batch = await reader.next(); batch; batch = await reader.next()) {
        io.signal?.throwIfAborted();
        for (const { key, check } of checks) {
          check.check(batch);
          const columns = check.columns.map((_, i) => i);
          judge.noteReferences(key, check, batch.records, columns);
        }
      }
    } finally {
      for (const { check } of checks) check.close();
      reader.close();
    }
  }
}

function compileReference(
  heap: KernelHeap,
  kernel: Kernel,
  { reference, pointer }: ForeignKey,
  { missingValues }: TableSchema,
  labels: readonly string[],
): BatchCheck {
  // What constraints the key's own fields have is not the other table's affair.
  const fields = reference.map(({ constraints: _, ...field }) => field);
  const plain = { fields, ...(missingValues ? { missingValues } : {}) } as TableSchema;
  const match = matchHeader(labels, plain, 'subset');
  const absent = match.absent[0];
  if (absent !== undefined) {
    throw badSchema(
      new BadSchema({
        code: 'bad-reference',
        what: 'Foreign key refers to a column that the table has not',
        expected: `one of ${labels.slice(0, 8).join(', ')}`,
        got: reference[absent]!.name,
        where: { pointer: `${pointer}/reference/fields/${absent}` },
      }),
    );
  }
  return new BatchCheck(
    heap,
    kernel,
    plain.fields.map((field, i) => ({
      rule: compileCellRule(plain, field),
      index: match.columns.indexOf(i),
      checks: false,
    })),
    { coversAll: false },
  );
}
