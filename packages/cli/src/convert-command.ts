import { rm, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  BadInput,
  BadOptions,
  type ConversionReport,
  type Converter,
  parseOptions,
  runConversion,
  type SharedOptions,
} from '@tributary/codec';
import { loadConverter } from '@tributary/codec/converters';
import { milliseconds } from './clock.ts';
import { describeDialect } from './dialect-line.ts';
import { Interrupted, UsageError } from './failure.ts';
import { type FileSink, openSink } from './file-sink.ts';
import { openSource, originOf } from './file-source.ts';
import { fileStem } from './file-stem.ts';
import { addSchema, compressByName, isBareSchema, readOptionsFile } from './options-file.ts';
import { hasPlace, type Output, SingleOutput } from './output.ts';
import { PartsOutput } from './parts-output.ts';
import { ProgressBar } from './progress-bar.ts';
import { bytes, count } from './quantities.ts';
import { Spool } from './spool.ts';

export interface ConvertFlags {
  options?: string;
  schema?: string;
  rejects?: string;
  clobber: boolean;
  quiet?: boolean;
  json?: boolean;
}

/** `tributary convert CONVERTER IN OUT`. Resolves when OUT is in its place; rejects with OUT as it was. */
export async function convert(name: string, from: string, to: string, flags: ConvertFlags): Promise<void> {
  const converter = await loadConverter(name);
  const given = flags.options === undefined ? {} : await readOptionsFile(flags.options);
  const raw = flags.schema === undefined ? given : await addSchema(converter, given, flags.schema);
  const options = parseGivenOptions(converter, compressByName(converter, raw, to), flags);
  const rejectsPath =
    flags.rejects ?? (await defaultRejectsPath(from, to, converter.writesParts?.(options) ?? false));

  const opened = await openSource(from);
  const anywhere = converter.readsAnywhere?.(options) ?? false;
  const comesOnce = (converter.readsTwice?.(options) && !opened.reopen) || (anywhere && !opened.openFile);
  const source = comesOnce ? new Spool(opened) : opened;
  const output = converter.writesParts?.(options)
    ? new PartsOutput(
        to,
        { stem: fileStem(nameOf(from)), origin: await originOf(from) },
        converter.output.extension,
        flags,
      )
    : new SingleOutput(to, flags);
  const bar = new ProgressBar(process.stderr, source.size);
  const started = milliseconds();
  let rejects: FileSink | undefined;
  let schema: { path: string; sink: FileSink } | undefined;
  // To the end: a signal during the last rename must not leave its part file behind.
  using interruption = new Interruption();
  try {
    await refuseSameFile(from, source.identity, to, rejectsPath);
    await refuseToClobber(rejectsPath, flags.clobber);
    await output.begin();
    const file = anywhere ? await interruption.race(source.openFile!()) : undefined;
    const report = await interruption.race(
      runConversion(converter, options, {
        source,
        ...(file && { file }),
        ...(source.reopen && { reopen: () => source.reopen!() }),
        ...output.io(),
        ...(nameOf(from) !== 'stdin' && { metadata: { 'tributary.source': nameOf(from) } }),
        quarantine: async () => {
          rejects = await openSink(rejectsPath, flags);
          return rejects;
        },
        signal: interruption.signal,
        ...(flags.quiet || flags.json ? {} : { onProgress: (progress) => bar.update(progress) }),
      }),
    );
    schema = await openSchema(report, output, flags);
    const removed = await output.commit();
    await schema?.sink.commit();
    if (rejects) await rejects.commit();
    else await removeStale(rejectsPath);
    bar.clear();
    const seconds = (milliseconds() - started) / 1000;
    const files = output.files();
    if (flags.json)
      console.error(
        JSON.stringify({
          ...report,
          seconds,
          ...(files && { files }),
          ...(removed > 0 && { removed }),
          ...(schema && { schemaFile: schema.path }),
          ...(rejects && { rejects: rejectsPath }),
        }),
      );
    else if (!flags.quiet)
      console.error(
        [
          ...describeRun(report, seconds),
          ...(files ? [files.length === 1 ? '1 file' : `${files.length.toLocaleString('en-GB')} files`] : []),
          ...(removed > 0 ? [`${count(removed, 'file')} of an earlier run removed`] : []),
          ...(schema ? [`inferred schema: ${schema.path}`] : []),
          ...(rejects ? [`rejected rows: ${rejectsPath}`] : []),
        ].join('\n'),
      );
  } catch (error) {
    bar.clear();
    await schema?.sink.abort();
    await output.abort();
    // The rows rejected so far are what a person needs to mend a rejected file.
    if (error instanceof BadInput && rejects) {
      await rejects.commit();
      if (!flags.json) console.error(`Rows rejected so far: ${rejectsPath}`);
    } else await rejects?.abort();
    throw error;
  } finally {
    void source.close().catch(() => {}); // not waited for: a read from a pipe may still be under way
  }
}

/** A schema that the converter found goes beside the output, to be fed back; one that was given is there already. */
async function openSchema(
  { schema }: ConversionReport,
  output: Output,
  flags: ConvertFlags,
): Promise<{ path: string; sink: FileSink } | undefined> {
  const path = schema?.inferred ? await output.schemaPath() : undefined;
  if (path === undefined) return undefined;
  const sink = await openSink(path, flags);
  try {
    await sink.write(Buffer.from(`${JSON.stringify(schema?.descriptor, null, 2)}\n`));
  } catch (error) {
    await sink.abort();
    throw error;
  }
  return { path, sink };
}

/** @throws {BadOptions}, {UsageError} `no-options` where none were given and the converter cannot do without */
function parseGivenOptions(
  converter: Converter<SharedOptions>,
  value: Record<string, unknown>,
  { options: file, schema }: ConvertFlags,
) {
  try {
    return parseOptions(converter, value);
  } catch (error) {
    if (!(error instanceof BadOptions)) throw error;
    if (isBareSchema(converter, value))
      throw new BadOptions(
        {
          code: 'schema-as-options',
          what: `${file} is not an options file`,
          expected: 'options; a Table Schema is given by `--schema FILE`, or as `schema` of the options',
          got: 'a Table Schema by itself: /fields is no option',
          where: { pointer: '/fields' },
        },
        { cause: error },
      );
    if (file !== undefined || schema !== undefined) throw error;
    throw new UsageError(
      {
        code: 'no-options',
        what: `${converter.name} needs options`,
        expected: '--options FILE; `tributary infer` proposes one, `tributary schema` says what it may hold',
      },
      { cause: error },
    );
  }
}

/** Listens for SIGINT and SIGTERM as long as it is in use. */
class Interruption implements Disposable {
  readonly #controller = new AbortController();
  readonly #interrupted = Promise.withResolvers<never>();

  constructor() {
    this.#interrupted.promise.catch(() => {}); // there may be nothing to race
    process.on('SIGINT', this.#interrupt).on('SIGTERM', this.#interrupt);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Settles as `work` does, or rejects at a signal, even while `work` waits for input that never comes. */
  async race<T>(work: Promise<T>): Promise<T> {
    return await Promise.race([work, this.#interrupted.promise]);
  }

  readonly #interrupt = (signal: NodeJS.Signals): void => {
    this.#controller.abort(new Interrupted(signal));
    this.#interrupted.reject(this.#controller.signal.reason);
  };

  [Symbol.dispose](): void {
    process.off('SIGINT', this.#interrupt).off('SIGTERM', this.#interrupt);
  }
}

/** Beside the output, or in the working folder where there is no such place. */
async function defaultRejectsPath(from: string, to: string, several: boolean): Promise<string> {
  if (!(await hasPlace(to))) return `${nameOf(from)}.rejects.jsonl.gz`;
  // A folder may hold what was made of other inputs too: their rejects are not to go with the next input's.
  return several ? `${to}.${fileStem(nameOf(from))}.rejects.jsonl.gz` : `${to}.rejects.jsonl.gz`;
}

function nameOf(from: string): string {
  return from === '-' ? 'stdin' : basename(from);
}

async function refuseSameFile(
  from: string,
  identity: string | undefined,
  to: string,
  rejects: string,
): Promise<void> {
  const same = (a: string, b: string) =>
    new UsageError({ code: 'same-file', what: `${a} and ${b} are one file`, expected: 'different files' });
  if (to === rejects) throw same(to, 'the rejects file');
  for (const path of [to, rejects]) {
    const found = path === '-' ? undefined : await stat(path).catch(() => undefined);
    if (found?.isFile() && `${found.dev}:${found.ino}` === identity) throw same(path, from);
  }
}

async function refuseToClobber(path: string, clobber: boolean): Promise<void> {
  if (clobber || !(await stat(path).catch(() => undefined))?.isFile()) return;
  throw new UsageError({
    code: 'file-not-usable',
    what: `Cannot use ${path}`,
    expected: 'a rejects file that is not there yet',
    got: 'there is one already',
  });
}

/** Rejects of an earlier run would pass for this one's. */
async function removeStale(path: string): Promise<void> {
  if (path !== '-' && (await stat(path).catch(() => undefined))?.isFile()) await rm(path);
}

function describeRun(report: ConversionReport, seconds: number): string[] {
  const rate = `${bytes(report.bytesInflated / seconds)}/s`;
  const { input, output } = report.compression;
  const side = (label: string, outside: number, compression: string, inside: number) =>
    compression === 'none'
      ? `${label} ${bytes(inside)}`
      : `${label} ${bytes(inside)} (${compression}, ${bytes(outside)})`;
  const notices = Object.entries(report.notices).map(
    ([name, times]) => `${name}: ${times.toLocaleString('en-GB')}`,
  );
  return [
    `${count(report.rows, 'row')}, ${report.rejected.toLocaleString('en-GB')} rejected, ${seconds.toFixed(2)} s, ${rate}`,
    `${side('in', report.bytesIn, input, report.bytesInflated)}, ${side('out', report.bytesOut, output, report.bytesConverted)}`,
    ...(report.inputDialect ? [describeDialect(report.inputDialect)] : []),
    ...(notices.length ? [notices.join(', ')] : []),
  ];
}
