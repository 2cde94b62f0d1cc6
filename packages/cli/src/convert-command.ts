import { stat } from 'node:fs/promises';
import {
  type Attachment,
  BadInput,
  BadOptions,
  type ConversionReport,
  type Converter,
  type Facts,
  parseOptions,
  runConversion,
  type SharedOptions,
} from '@tributary/codec';
import { loadConverter } from '@tributary/codec/converters';
import { grouped } from '@tributary/table-schema/grouped-number';
import { milliseconds } from './clock.ts';
import { ConverterInput } from './converter-input.ts';
import { describeDialect } from './dialect-line.ts';
import { UsageError } from './failure.ts';
import { type FileSink, openSink, removeStale, writeFile } from './file-sink.ts';
import { originOf } from './file-source.ts';
import { fileStem, nameOf } from './file-stem.ts';
import { Interruption } from './interruption.ts';
import { addSchema, compressByName, isBareSchema, readOptionsFile } from './options-file.ts';
import { hasPlace, type Output, SingleOutput } from './output.ts';
import { PartsOutput } from './parts-output.ts';
import { ProgressBar } from './progress-bar.ts';
import { bytes, count } from './quantities.ts';

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

  const input = await ConverterInput.open(from, converter, options);
  const output: Output = converter.writesParts?.(options)
    ? new PartsOutput(
        to,
        { stem: fileStem(nameOf(from)), origin: await originOf(from) },
        converter.output.extension,
        flags,
      )
    : new SingleOutput(to, flags);
  const bar = new ProgressBar(process.stderr, input.size);
  const started = milliseconds();
  let rejects: FileSink | undefined;
  let schema: { path: string; sink: FileSink } | undefined;
  const documents: Attachment[] = [];
  let facts: Facts | undefined;
  // To the end: a signal during the last rename must not leave its part file behind.
  using interruption = new Interruption();
  try {
    await refuseSameFile(from, input.identity, to, rejectsPath);
    await refuseToClobber(rejectsPath, flags.clobber);
    await output.begin();
    const passesOn = converter.passesOn?.(options) ?? false;
    const ends = await interruption.race(input.io());
    const report = await interruption.race(
      runConversion(converter, options, {
        ...ends,
        ...(passesOn ? {} : output.io()),
        attach: (document) => documents.push(document),
        tell: (told) => {
          facts = { ...facts, ...told };
        },
        quarantine: async () => {
          rejects = await openSink(rejectsPath, flags);
          return rejects;
        },
        signal: interruption.signal,
        ...(flags.quiet || flags.json ? {} : { onProgress: (progress) => bar.update(progress) }),
      }),
    );
    if (passesOn) await interruption.race(input.copyTo(output.io().sink!));
    schema = await openSchema(report, output, flags);
    await writeDocuments(documents, to, flags);
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
          ...(facts && { facts }),
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
          ...(files ? [count(files.length, 'file')] : []),
          ...(removed > 0 ? [`${count(removed, 'file')} of an earlier run removed`] : []),
          ...(schema ? [`inferred schema: ${schema.path}`] : []),
          ...(rejects ? [`rejected rows: ${rejectsPath}`] : []),
        ].join('\n'),
      );
  } catch (error) {
    bar.clear();
    await schema?.sink.abort();
    await output.abort();
    if (error instanceof BadInput) await writeDocuments(documents, to, flags);
    // The rows rejected so far are what a person needs to mend a rejected file.
    if (error instanceof BadInput && rejects) {
      await rejects.commit();
      if (!flags.json) console.error(`Rows rejected so far: ${rejectsPath}`);
    } else await rejects?.abort();
    throw error;
  } finally {
    input.close();
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

/** What the converter attaches lies beside the output, also of a file that is rejected; nothing lies beside a stream. */
async function writeDocuments(
  documents: readonly Attachment[],
  to: string,
  flags: { clobber: boolean },
): Promise<void> {
  if (documents.length === 0 || !(await hasPlace(to))) return;
  for (const { name, bytes } of documents) await writeFile(`${to}.${name}`, bytes, flags);
}

/** @throws {BadOptions}, {UsageError} `no-options` where none were given and the converter cannot do without */
export function parseGivenOptions<Options extends SharedOptions>(
  converter: Converter<Options>,
  value: Record<string, unknown>,
  { options: file, schema }: Pick<ConvertFlags, 'options' | 'schema'>,
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

/** Beside the output, or in the working folder where there is no such place. */
async function defaultRejectsPath(from: string, to: string, several: boolean): Promise<string> {
  if (!(await hasPlace(to))) return `${nameOf(from)}.rejects.jsonl.gz`;
  // A folder may hold what was made of other inputs too: their rejects are not to go with the next input's.
  return several ? `${to}.${fileStem(nameOf(from))}.rejects.jsonl.gz` : `${to}.rejects.jsonl.gz`;
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

export async function refuseToClobber(path: string, clobber: boolean): Promise<void> {
  if (clobber || !(await stat(path).catch(() => undefined))?.isFile()) return;
  throw new UsageError({
    code: 'file-not-usable',
    what: `Cannot use ${path}`,
    expected: 'a rejects file that is not there yet',
    got: 'there is one already',
  });
}

function describeRun(report: ConversionReport, seconds: number): string[] {
  const rate = `${bytes(report.bytesInflated / seconds)}/s`;
  const { input, output } = report.compression;
  const side = (label: string, outside: number, compression: string, inside: number) =>
    compression === 'none'
      ? `${label} ${bytes(inside)}`
      : `${label} ${bytes(inside)} (${compression}, ${bytes(outside)})`;
  const notices = Object.entries(report.notices).map(([name, times]) => `${name}: ${grouped(times)}`);
  return [
    `${count(report.rows, 'row')}, ${grouped(report.rejected)} rejected, ${seconds.toFixed(2)} s, ${rate}`,
    `${side('in', report.bytesIn, input, report.bytesInflated)}, ${side('out', report.bytesOut, output, report.bytesConverted)}`,
    ...(report.inputDialect ? [describeDialect(report.inputDialect)] : []),
    ...(notices.length ? [notices.join(', ')] : []),
  ];
}
