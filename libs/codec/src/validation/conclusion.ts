import type { Drift, Field, TaskFacts } from '@tributary/table-schema';
import type { ConvertIo, ConvertReport } from '../converter.ts';
import type { OpenedTable } from '../delimited/reader.ts';
import { attachReport } from './documents.ts';
import { describeChanges, findDrift, rememberColumns } from './drift.ts';
import type { Findings } from './findings.ts';
import type { SchemaValidatorOptions } from './options.ts';
import type { TableInput } from './table-input.ts';
import type { TableJudge } from './table-judge.ts';
import type { TableRules } from './table-rules.ts';
import { notValid } from './verdict.ts';

const givenUp = 'The file was given up before its end: rows and errors are those up to there.';

/** What is said of a table in the end: its documents, its facts and whether it goes on. */
export class Conclusion {
  readonly #io: ConvertIo;
  readonly #options: SchemaValidatorOptions;
  readonly #rules: TableRules;
  readonly #start: number;

  /** @param start of the validation, by the clock */
  constructor(io: ConvertIo, options: SchemaValidatorOptions, rules: TableRules, start: number) {
    this.#io = io;
    this.#options = options;
    this.#rules = rules;
    this.#start = start;
  }

  /** Of a table that is given up before its end. Of what columns hold, more may have been seen than was judged. */
  giveUp(findings: Findings): void {
    this.#attach(findings, [], [givenUp], { incomplete: true });
  }

  /**
   * Judges the table as a whole, once all its rows are.
   * @throws {BadInput} `not-valid`
   */
  conclude(input: TableInput, opened: OpenedTable, judge: TableJudge): ConvertReport {
    const { mode, schema, drift: policy } = this.#options;
    const { findings, table, rejected } = judge;
    this.#judgeExpectations(input, judge);
    const columns: Field[] = table.columns();
    const drifts = findDrift(schema, this.#io.remembered, columns, policy);
    const warnings: string[] = [];
    for (const { policy, text } of drifts.flatMap(describeChanges)) {
      if (policy === 'reject') findings.addTable('schema-drift', text);
      else warnings.push(text);
    }
    const profile = table.profiles();
    this.#io.tell({ drift: drifts, ...(profile && { profile }) });
    this.#attach(findings, drifts, warnings, profile ? { profile } : {});
    if (findings.tableErrors > 0 || (mode === 'gate' && !findings.valid)) throw notValid(findings);
    const { dialect, guessed } = opened;
    const remember = rememberColumns(columns);
    return {
      rows: findings.rows - rejected,
      rejected,
      ...(mode === 'gate' ? { passed: { mediaType: input.mediaTypeOf(dialect) } } : {}),
      dialect: judge.dialect,
      inputDialect: { ...dialect, guessed },
      fields: this.#rules.labels.map((label) => label.trim()),
      schema: { descriptor: schema as Record<string, unknown>, inferred: false },
      notices: {
        ...input.notices,
        ...(warnings.length > 0 ? { 'drift-warnings': warnings.length } : {}),
      },
      ...(remember && { remember }),
    };
  }

  #judgeExpectations({ trailer }: TableInput, { findings, blank, table }: TableJudge): void {
    const { clock } = this.#io;
    const failures = this.#rules.expectations.judge({
      rows: findings.rows - blank,
      columns: table.facts(),
      now: BigInt(Math.round((clock?.now() ?? 0) * 1000)),
      arrival: BigInt(Math.round((clock?.arrived ?? 0) * 1000)),
      trailer,
    });
    for (const failure of failures) findings.addExpectation(failure);
  }

  #attach(
    { log, rows, invalidRows }: Findings,
    drifts: readonly Drift[],
    warnings: readonly string[],
    more: Pick<TaskFacts, 'incomplete' | 'profile'>,
  ): void {
    const { labels } = this.#rules;
    const task: TaskFacts = {
      place: this.#io.metadata?.['tributary.source'] ?? 'input',
      labels,
      log,
      seconds: ((this.#io.clock?.now() ?? 0) - this.#start) / 1000,
      stats: { fields: labels.length, rows, invalidRows },
      warnings,
      ...more,
    };
    const drift = drifts.at(-1);
    if (drift) task.drift = drift;
    attachReport(this.#io, task);
  }
}
