import { gunzipSync } from 'node:zlib';
import {
  type Attachment,
  BadInput,
  type ByteSink,
  type ConversionReport,
  runConversion,
} from '@tributary/codec';
import { schemaValidator } from '@tributary/codec/schema-validator';
import type { ValidationReport } from '@tributary/table-schema';
import { milliseconds } from './clock.ts';
import { parseGivenOptions, refuseToClobber } from './convert-command.ts';
import { ConverterInput } from './converter-input.ts';
import { describeFailure, exitCodes, failureJson, UsageError } from './failure.ts';
import { type FileSink, openSink, removeStale, writeFile } from './file-sink.ts';
import { Interruption } from './interruption.ts';
import { addSchema, compressByName, readOptionsFile } from './options-file.ts';
import { ProgressBar } from './progress-bar.ts';
import { bytes, count } from './quantities.ts';
import { summariseReport } from './report-summary.ts';

export interface ValidateFlags {
  schema?: string;
  options?: string;
  mode?: string;
  reference?: string[];
  report?: string[];
  accepted?: string;
  rejected?: string;
  clobber: boolean;
  quiet?: boolean;
  json?: boolean;
}

/** What came of a table. */
interface Verdict {
  documents: Attachment[];
  /** Undefined if the file was rejected as a whole. */
  report?: ConversionReport;
  rejection?: BadInput;
  /** Whether there is a file of rejected rows. */
  rejected?: boolean;
  seconds: number;
}

/**
 * `tributary validate FILE`: whether a table fits its schema, and where not. Resolves to the exit code. Files appear whole or not
 * at all: the accepted rows only if the file goes on, reports and rejected rows in any case.
 * @throws what can never work or was given wrongly; {BadInput} where the input breaks off before anything is known of it
 */
export async function validate(from: string, flags: ValidateFlags): Promise<number> {
  const options = parseGivenOptions(schemaValidator, await givenOptions(flags), flags);
  const outputs = [flags.accepted, flags.rejected, ...(flags.report ?? [])];
  refuseTwice(outputs.filter((path) => path !== undefined));

  const input = await ConverterInput.open(from, schemaValidator, options);
  const bar = new ProgressBar(process.stderr, flags.quiet || flags.json ? undefined : input.size);
  const sinks: FileSink[] = [];
  let rejected: FileSink | undefined;
  const open = async (path: string) => {
    const sink = await openSink(path, flags);
    sinks.push(sink);
    return sink;
  };
  using interruption = new Interruption();
  try {
    const accepted = flags.accepted === undefined ? undefined : await open(flags.accepted);
    if (flags.rejected !== undefined) await refuseToClobber(flags.rejected, flags.clobber);
    const passesOn = schemaValidator.passesOn!(options);
    const started = milliseconds();
    const verdict: Verdict = { documents: [], seconds: 0 };
    try {
      verdict.report = await interruption.race(
        runConversion(schemaValidator, options, {
          ...(await input.io()),
          ...(passesOn ? {} : { sink: accepted ?? nowhere }),
          attach: (document) => verdict.documents.push(document),
          quarantine: async () => {
            if (flags.rejected === undefined) return nowhere;
            rejected = await open(flags.rejected);
            return unpacked(rejected, flags.rejected);
          },
          signal: interruption.signal,
          ...(flags.quiet || flags.json ? {} : { onProgress: (progress) => bar.update(progress) }),
        }),
      );
      if (passesOn && accepted) await interruption.race(input.copyTo(accepted));
    } catch (error) {
      if (!(error instanceof BadInput) || verdict.documents.length === 0) throw error;
      verdict.rejection = error;
    }
    verdict.seconds = (milliseconds() - started) / 1000;
    bar.clear();
    if (verdict.report) await accepted?.commit();
    if (rejected) await rejected.commit();
    else if (flags.rejected !== undefined) await removeStale(flags.rejected);
    await writeReports(verdict.documents, flags);
    return tell(from, { ...verdict, rejected: rejected !== undefined }, flags);
  } finally {
    bar.clear();
    await Promise.all(sinks.map((sink) => sink.abort().catch(() => {}))); // those that were committed are closed
    input.close();
  }
}

/**
 * Where no rows are to be written, the file is judged as a whole. However many are bad, the report is to tell of all of them,
 * unless options say otherwise.
 */
async function givenOptions(flags: ValidateFlags): Promise<Record<string, unknown>> {
  if (flags.schema === undefined && flags.options === undefined)
    throw new UsageError({
      code: 'no-schema',
      what: 'There is nothing to hold the table to',
      expected: '--schema FILE, or --options FILE with a schema in it',
    });
  const given = flags.options === undefined ? {} : await readOptionsFile(flags.options);
  const raw = flags.schema === undefined ? given : await addSchema(schemaValidator, given, flags.schema);
  const splits = flags.accepted !== undefined || flags.rejected !== undefined;
  const mode = flags.mode ?? raw.mode ?? (splits ? 'split' : 'gate');
  const options = {
    ...raw,
    mode,
    references: { ...(raw.references as object), ...referencesOf(flags) },
    rejects: { maxRejectRatio: 1, ...(raw.rejects as object) },
  };
  return compressByName(schemaValidator, options, flags.accepted ?? '');
}

function referencesOf({ reference = [] }: ValidateFlags): Record<string, string> {
  return Object.fromEntries(
    reference.map((given) => {
      const at = given.indexOf('=');
      if (at > 0 && at < given.length - 1) return [given.slice(0, at), given.slice(at + 1)];
      throw new UsageError({
        code: 'bad-reference',
        what: '--reference names no table',
        expected: 'NAME=FILE',
        got: given,
      });
    }),
  );
}

function refuseTwice(paths: readonly string[]): void {
  const twice = paths.find((path, index) => paths.indexOf(path) !== index);
  if (twice !== undefined)
    throw new UsageError({
      code: 'same-file',
      what: `${twice} is to be written twice`,
      expected: 'different files',
    });
}

const nowhere: ByteSink = { async write() {} };

/** Rejected rows come as gzip members, each whole: a name that does not say so gets plain lines. */
function unpacked(sink: ByteSink, name: string): ByteSink {
  return /\.gz$/i.test(name) ? sink : { write: (member) => sink.write(gunzipSync(member)) };
}

async function writeReports(documents: readonly Attachment[], flags: ValidateFlags): Promise<void> {
  for (const path of flags.report ?? []) {
    const name = /\.html?$/i.test(path) ? 'report.html' : 'report.json';
    const document = documents.find((attached) => attached.name === name);
    if (document) await writeFile(path, document.bytes, flags);
  }
}

/** The result goes to stdout, or out of the way of what else goes there. */
function tell(
  from: string,
  { documents, report, rejection, rejected, seconds }: Verdict,
  flags: ValidateFlags,
): number {
  const json = documents.find(({ name }) => name === 'report.json')!;
  const found = JSON.parse(Buffer.from(json.bytes).toString()) as ValidationReport;
  const valid = found.valid && rejection === undefined;
  const taken = [flags.accepted, flags.rejected, ...(flags.report ?? [])].some(
    (path) => path === '-' || path === '/dev/stdout',
  );
  const print = taken ? console.error : console.log;
  if (flags.json) {
    print(
      JSON.stringify({
        valid,
        ...(report && { rows: report.rows, rejected: report.rejected }),
        seconds,
        ...(rejection && failureJson(rejection)),
        report: found,
      }),
    );
  } else if (!flags.quiet) {
    const rate = report && `${bytes(report.bytesInflated / seconds)}/s`;
    print(
      [
        ...summariseReport(from, found),
        // What the report has no error for: a file that breaks off, or too many bad rows.
        ...(rejection && rejection.code !== 'not-valid' ? [describeFailure(rejection)] : []),
        [`${seconds.toFixed(2)} s`, ...(rate ? [rate] : [])].join(', '),
        ...(flags.accepted === undefined
          ? []
          : [report ? `accepted: ${flags.accepted}, ${count(report.rows, 'row')}` : 'accepted: nothing']),
        ...(rejected ? [`rejected: ${flags.rejected}`] : []),
        ...(flags.report ?? []).map((path) => `report: ${path}`),
      ].join('\n'),
    );
  }
  return valid ? exitCodes.done : exitCodes.rejectedInput;
}
