import {
  BadSchema,
  compileRowCheck,
  type ForeignKey,
  type KeyPart,
  matchHeader,
  type TableSchema,
} from '@tributary/table-schema';
import { cellText } from '../columns/cell-text.ts';
import type { ConvertIo } from '../converter.ts';
import { readingSchema } from '../delimited/dialect.ts';
import { DelimitedReader } from '../delimited/reader.ts';
import type { KernelHeap } from '../kernel/heap.ts';
import { badSchema, type TableRules } from './table-rules.ts';

/**
 * Reads the tables that foreign keys refer to; `note` takes the values of each of their rows, in the order of the key's reference.
 * Cells are read by the fields of the key; rows that are malformed, and cells that are no value, are no row to refer to.
 * @throws {BadOptions} `bad-reference` where the table lacks a column
 */
export async function readReferences(
  io: Pick<ConvertIo, 'openReference' | 'signal'>,
  heap: KernelHeap,
  { foreignKeys, schema }: TableRules,
  note: (key: number, values: readonly KeyPart[]) => void,
): Promise<void> {
  const byResource = new Map<string, number[]>();
  foreignKeys.forEach(({ resource }, i) => {
    if (resource !== undefined) byResource.set(resource, [...(byResource.get(resource) ?? []), i]);
  });
  for (const [resource, keys] of byResource) {
    const reader = new DelimitedReader(
      heap,
      await io.openReference(resource),
      { dialect: { header: true }, reading: readingSchema.parse({}) },
      { reject: () => {} },
    );
    try {
      const { labels = [], columns } = await reader.open();
      const checks = keys.map((key) => ({
        key,
        valuesOf: compileReference(foreignKeys[key]!, schema, labels),
      }));
      for (let batch = await reader.next(); batch; batch = await reader.next()) {
        io.signal?.throwIfAborted();
        for (let record = 0; record < batch.records; record++) {
          const cells = columns.map((_, i) => cellText(heap, batch, record, i));
          for (const { key, valuesOf } of checks) note(key, valuesOf(cells));
        }
      }
    } finally {
      reader.close();
    }
  }
}

function compileReference(
  { reference, pointer }: ForeignKey,
  { missingValues }: TableSchema,
  labels: readonly string[],
): (cells: readonly (string | undefined)[]) => readonly KeyPart[] {
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
  const check = compileRowCheck(plain, match, labels);
  return (cells) => check(cells, 0).values;
}
