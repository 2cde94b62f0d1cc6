import type { ConvertIo, ConvertReport } from '../converter.ts';
import type { OpenedTable } from '../delimited/reader.ts';
import { isFullHeap, KernelHeap } from '../kernel/heap.ts';
import { mayHelp } from '../threads/helper-thread.ts';
import { BATCHES_BEHIND } from './batch-queue.ts';
import { Conclusion } from './conclusion.ts';
import { tooManyKeys, tooMuchMemory } from './faults.ts';
import { KeyBudget } from './hash-table.ts';
import { createKernel, type Kernel } from './kernel.ts';
import { KeyJudge } from './key-judge.ts';
import { surveyKeys } from './key-survey.ts';
import type { SchemaValidatorOptions } from './options.ts';
import { readReferences } from './references.ts';
import { TableInput } from './table-input.ts';
import { type JudgeTools, TableJudge } from './table-judge.ts';
import { compileRules, hasKeys, type TableRules } from './table-rules.ts';
import { SecondThread, THREAD_BYTES } from './thread/second-thread.ts';

/** Sizes for tests: many small blocks and batches. */
export interface ValidateSizes {
  block?: number;
  blocks?: number;
  cells?: number;
  /** Left out: two for a long input, where there are two processors. What comes out is the same. */
  threads?: 1 | 2;
  /** Memory of both threads for all but keys, and of the second for itself. */
  heapBytes?: number;
  threadBytes?: number;
  /** Rows of which all texts are counted. */
  sampled?: number;
}

const MiB = 1024 * 1024;
const HEAP_BYTES = 512 * MiB;

/**
 * Validates a whole input. Where there are keys it is read twice: first to learn them, then to judge each row.
 * @throws {BadInput} `not-valid` where the table as a whole does not hold what is expected of it, or in gate mode any row;
 *   `too-many-keys`, `out-of-memory`, those of `DelimitedReader`, and what `io.reject` throws
 * @throws {BadOptions} a schema that can never work, with its JSON Pointer
 */
export async function validate(
  io: ConvertIo,
  options: SchemaValidatorOptions,
  sizes: ValidateSizes = {},
): Promise<ConvertReport> {
  const validation = new Validation(io, options, sizes);
  try {
    return await validation.run();
  } catch (error) {
    if (!isFullHeap(error)) throw error;
    throw hasKeys(options) ? tooManyKeys(options.maxKeyBytes) : tooMuchMemory();
  } finally {
    await validation.close();
  }
}

/** The passes that a table takes, and what is open while they go on. */
class Validation {
  readonly #io: ConvertIo;
  readonly #options: SchemaValidatorOptions;
  readonly #sizes: ValidateSizes;
  readonly #heap: KernelHeap;
  readonly #kernel: Kernel;
  readonly #input: TableInput;
  #thread: SecondThread | undefined;
  #keys: KeyJudge | undefined;
  #judge: TableJudge | undefined;

  constructor(io: ConvertIo, options: SchemaValidatorOptions, sizes: ValidateSizes) {
    this.#io = io;
    this.#options = options;
    this.#sizes = sizes;
    const { heapBytes = HEAP_BYTES + THREAD_BYTES } = sizes;
    this.#heap = new KernelHeap(heapBytes + (hasKeys(options) ? options.maxKeyBytes : 0));
    this.#kernel = createKernel(this.#heap.memory);
    const lasting = mayHelp(sizes.threads) ? BATCHES_BEHIND : 0;
    this.#input = new TableInput(io, options, this.#heap, sizes, lasting);
  }

  async close(): Promise<void> {
    await this.#thread?.close();
    this.#input.close();
    this.#keys?.close();
    this.#judge?.close();
  }

  async run(): Promise<ConvertReport> {
    const start = this.#io.clock?.now() ?? 0;
    const input = this.#input;
    await input.begin();
    // It starts while the start of the file is looked at.
    this.#thread = await this.#startThread();
    const opened = await input.open();
    const rules = compileRules(this.#options, opened.labels ?? opened.columns);
    const keys = await this.#openKeys(rules);
    const tools = { heap: this.#heap, kernel: this.#kernel, rules, keys, thread: this.#thread };
    let judge = this.#openJudge(tools, opened);
    const conclusion = new Conclusion(this.#io, this.#options, rules, start);
    const surveys = keys?.needsSurvey === true;
    // Where nothing is written, rows are judged while keys are learnt: mostly no key comes up again, and that was all.
    const bets = surveys && this.#options.mode === 'gate' && !keys.refersToItself;
    try {
      if (surveys && !bets) {
        await surveyKeys(input, this.#heap, this.#kernel, rules, keys);
        await input.reopen(opened);
      }
      await judge.judgeRows(input, bets);
      if (bets && keys.hasRepeated) {
        await input.reopen(opened);
        judge = this.#openJudge(tools, opened);
        await judge.judgeRows(input, false);
      }
    } catch (error) {
      // Too many bad rows, or a file that cannot be read on: what was found until then is told.
      conclusion.giveUp(judge.findings);
      throw error;
    }
    return conclusion.conclude(input, opened, judge);
  }

  /** A second thread, if it may be and pays. */
  async #startThread(): Promise<SecondThread | undefined> {
    const { threads } = this.#sizes;
    if (!mayHelp(threads) || (threads !== 2 && !(await this.#input.isLong()))) return undefined;
    return new SecondThread(this.#heap, threads === 2, this.#sizes.threadBytes);
  }

  /** The judge of keys, if there are any, which knows the other tables. */
  async #openKeys(rules: TableRules): Promise<KeyJudge | undefined> {
    const { uniqueRows, maxKeyBytes } = this.#options;
    if (!hasKeys(this.#options)) return undefined;
    const keys = new KeyJudge(this.#heap, this.#kernel, rules, uniqueRows, new KeyBudget(maxKeyBytes));
    this.#keys = keys;
    await readReferences(this.#io, this.#heap, this.#kernel, rules, keys);
    return keys;
  }

  /** Begins to judge the table, anew if it was before. */
  #openJudge(tools: JudgeTools, opened: OpenedTable): TableJudge {
    this.#judge?.close();
    // It is closed once, also where there is no memory for another.
    this.#judge = undefined;
    this.#judge = new TableJudge(this.#io, this.#options, tools, opened, this.#sizes.sampled);
    return this.#judge;
  }
}
