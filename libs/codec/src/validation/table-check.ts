import type { ColumnEvidence, ColumnFacts, ColumnProfile, Field, TableSchema } from '@tributary/table-schema';
import { fieldOf, mergeEvidence } from '@tributary/table-schema';
import { EvidenceCollector } from '../columns/evidence-collector.ts';
import type { CellTable } from '../delimited/record-batch.ts';
import type { KernelHeap } from '../kernel/heap.ts';
import { BatchCheck, type CheckedColumn, type GatheredColumn, unknownField } from './batch-check.ts';
import { type CellRule, compileCellRule } from './cell-rule.ts';
import type { Kernel } from './kernel.ts';
import { hashedFields } from './key-hasher.ts';
import type { SchemaValidatorOptions } from './options.ts';
import type { TableRules } from './table-rules.ts';

/** Columns whose texts are profiled: each takes up to 40 KiB, and a report of more is read by nobody. */
const PROFILED = 1000;

/** What was gathered of a table, as it is handed to the thread that merges it. */
export interface GatheredTable {
  columns: readonly GatheredColumn[];
  /** Of columns whose field says nothing of their type. */
  evidence: ReadonlyMap<number, ColumnEvidence>;
}

/** The check of all columns of a table, which gathers what is in them. */
export class TableCheck {
  readonly check: BatchCheck;
  readonly #rules: TableRules;
  readonly #names: readonly string[];
  readonly #profiles: boolean;
  /** Of columns whose field says nothing of their type. */
  readonly #evidence: EvidenceCollector;
  readonly #open: ReadonlySet<number>;
  /** What others have seen of them. */
  #evidenceElsewhere: GatheredTable['evidence'] = new Map();

  /** @param sampled as of `BatchCheck` */
  constructor(
    heap: KernelHeap,
    kernel: Kernel,
    rules: TableRules,
    options: SchemaValidatorOptions,
    sampled?: number,
  ) {
    const { schema, labels, match } = rules;
    this.#rules = rules;
    this.#profiles = options.report.profile;
    this.#names = labels.map((label, column) => label.trim() || `column_${column + 1}`);
    const cells = labels.map((_, column) => this.#ruleOf(schema, match.columns[column], column));
    const wanted = wantedOf(options);
    const hashed = hashedFields(rules);
    this.check = new BatchCheck(
      heap,
      kernel,
      cells.map((rule, index): CheckedColumn => {
        const field = match.columns[index];
        const known = field !== undefined;
        const { name, type } = rule.field;
        const gathers =
          this.#profiles && index < PROFILED ? 'texts' : wanted.has(name) ? 'values' : undefined;
        const isAllowed = known ? rules.expectations.allowed.get(name) : undefined;
        const isKey = known && (schema.primaryKey ?? []).includes(name);
        return {
          rule: isKey ? { ...rule, required: true } : rule,
          index,
          checks: known,
          ...(gathers ? { gathers } : {}),
          ...(isAllowed ? { allowed: { isAllowed } } : {}),
          passes: !known || !hashed.has(field),
          sums: known && wanted.has(name) && type === 'number' && rule.kind !== 'i64',
        };
      }),
      { coversAll: true, ...(sampled === undefined ? {} : { sampled }) },
    );
    const open = cells.flatMap(({ field, missing }, index) =>
      match.columns[index] === undefined || saysNothing(field) ? [{ index, missing }] : [],
    );
    this.#open = new Set(open.map(({ index }) => index));
    this.#evidence = new EvidenceCollector(heap, open);
  }

  #ruleOf(schema: TableSchema, index: number | undefined, column: number): CellRule {
    return index === undefined
      ? compileCellRule({ fields: [] } as unknown as TableSchema, unknownField(this.#names[column]!))
      : compileCellRule(schema, schema.fields[index]!);
  }

  /** The column of a field in the check. */
  readonly columnOf = (field: number): number | undefined => {
    const column = this.#rules.match.columns.indexOf(field);
    return column < 0 ? undefined : column;
  };

  run(batch: CellTable): void {
    this.check.check(batch);
    this.#evidence.add(batch);
  }

  /** Whether what several threads have gathered can be merged: all but sums that the kernel has not. */
  get isMergeable(): boolean {
    return !this.check.columns.some(({ sum }) => sum);
  }

  gathered(): GatheredTable {
    return {
      columns: this.check.gathered(),
      evidence: new Map([...this.#open].map((index) => [index, this.#evidence.evidence(index)])),
    };
  }

  /** Takes in what was gathered of other rows. */
  merge({ columns, evidence }: GatheredTable): void {
    this.check.merge(columns);
    this.#evidenceElsewhere = evidence;
  }

  /** What expectations are judged by. */
  facts(): Map<string, ColumnFacts> {
    const known = this.check.columns.filter(({ checks }) => checks);
    return new Map(
      known.map(({ rule, counts, profile, sum }) => [
        rule.field.name,
        {
          values: counts.values,
          nulls: counts.nulls,
          allowed: counts.allowed,
          sum: sum?.profile().sum ?? profile?.sum,
          greatest: profile?.greatest,
        },
      ]),
    );
  }

  profiles(): ColumnProfile[] | undefined {
    if (!this.#profiles) return undefined;
    return this.check.columns
      .slice(0, PROFILED)
      .map(({ profile, counts }, i) => profile!.profile(this.#names[i]!, counts, true));
  }

  /** The columns as they were seen: by their fields, unless these say nothing of the type or no cell was of it. */
  columns(): Field[] {
    return this.check.columns.map(({ rule, counts, badEvidence }, i) => {
      const name = this.#names[i]!;
      if (this.#open.has(i)) return fieldOf(name, this.#evidenceOf(i));
      if (counts.values === 0 && counts.bad > 0) return fieldOf(name, badEvidence);
      return { ...rule.field, name };
    });
  }

  #evidenceOf(index: number): ColumnEvidence {
    const own = this.#evidence.evidence(index);
    const other = this.#evidenceElsewhere.get(index);
    return other ? mergeEvidence(own, other) : own;
  }

  close(): void {
    this.check.close();
    this.#evidence.close();
  }
}

function saysNothing(field: Field): boolean {
  return field.type === 'any' || (field.type === 'string' && (field.format ?? 'default') === 'default');
}

/** Fields of which expectations want a sum or the greatest value. */
function wantedOf({ expectations }: SchemaValidatorOptions): Set<string> {
  const { freshness, controlTotals = [] } = expectations ?? {};
  return new Set([
    ...(freshness && freshness.of !== 'arrival' ? [freshness.of.maximumOf] : []),
    ...controlTotals.flatMap(({ of }) => (of === 'rows' ? [] : [of.sum])),
  ]);
}
