import { converters } from '@tributary/codec/converters';
import { Command, CommanderError } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { chainCommands } from './chain/commands.ts';
import {
  describeFailure,
  describeMissingBuild,
  exitCodeOf,
  exitCodes,
  failureJson,
  Interrupted,
} from './failure.ts';
import { ledgerCommands } from './ledger/commands.ts';

const codesHelp = `
Exit codes: 0 done, 1 unexpected, 2 usage or options, 3 rejected or invalid input, 130 interrupted.`;

function program(): Command {
  const tributary = new Command('tributary')
    .description('File-ingestion services on your own machine: the codecs, and a local AWS for the chains.')
    .version(manifest.version)
    .showHelpAfterError('(tributary --help tells more)')
    .addHelpText('after', codesHelp);

  tributary
    .command('convert')
    .summary('convert a file, with no AWS')
    .description('Converts IN to OUT, exactly as the service of that name does. `-` is stdin or stdout.')
    .argument('<converter>', `one of: ${Object.keys(converters).join(', ')}`)
    .argument('<in>', 'file to read; gzip and zstd are recognised by content')
    .argument(
      '<out>',
      'file to write, whole or not at all, or a folder for partitions; .gz and .zst compress unless options say otherwise',
    )
    .option('-o, --options <file>', 'options as JSON, the same as in the envelope of an event')
    .option('--schema <file>', 'Table Schema of the columns as JSON, where the converter takes one')
    .option(
      '-r, --rejects <file>',
      'where rejected rows go, as gzipped JSON Lines (default: OUT.rejects.jsonl.gz; with the stem of IN before that where the output is several files)',
    )
    .option('-n, --no-clobber', 'refuse if OUT or what belongs to it is there already')
    .option('-q, --quiet', 'neither progress nor summary')
    .option('--json', 'summary or error as one line of JSON on stderr')
    .addHelpText(
      'after',
      `
Converters:
${Object.entries(converters)
  .map(([name, { summary }]) => `  ${name}  ${summary}`)
  .join('\n')}

Example:
  tributary infer fixed-width drives.txt.gz > options.json
  tributary convert fixed-width-to-tsv --options options.json drives.txt.gz drives.tsv.gz
  tributary convert csv-to-parquet drives.tsv.gz drives.parquet
${codesHelp}`,
    )
    .action(async (name, from, to, flags) => {
      const { convert } = await import('./convert-command.ts');
      await convert(name, from, to, flags);
    });

  tributary
    .command('validate')
    .summary('check a table against a Table Schema, with no AWS')
    .description(
      'Tells whether FILE, CSV, TSV or Parquet, fits a Table Schema, and where not. `-` is stdin. Exits with 0 if it is valid, 3 if not.',
    )
    .argument('<file>', 'file to check; gzip and zstd are recognised by content')
    .option('--schema <file>', 'Table Schema as JSON')
    .option('-o, --options <file>', 'options of schema-validator as JSON: dialect, expectations, drift ...')
    .option(
      '-m, --mode <mode>',
      'split: valid rows are accepted; gate: all or nothing (default: split with --accepted or --rejected, else gate)',
    )
    .option('--reference <NAME=FILE>', 'table that a foreign key refers to; may be given again', collect)
    .option(
      '--report <file>',
      'where the report goes: .html as a page, else JSON; may be given again',
      collect,
    )
    .option('--accepted <file>', 'where valid rows go, or in gate mode the whole file')
    .option('--rejected <file>', 'where rejected rows go with their reasons, as JSON Lines; .gz compresses')
    .option('-n, --no-clobber', 'refuse if a file to be written is there already')
    .option('-q, --quiet', 'neither progress nor summary')
    .option('--json', 'result as one line of JSON on stdout, the report within')
    .addHelpText(
      'after',
      `
Example:
  tributary validate --schema orders.schema.json --report report.html orders.csv.gz
  tributary validate --schema orders.schema.json --accepted good.csv --rejected bad.jsonl orders.csv
${codesHelp}`,
    )
    .action(async (file, flags) => {
      const { validate } = await import('./validate-command.ts');
      process.exitCode = await validate(file, flags);
    });

  tributary
    .command('infer')
    .summary('propose options for a file')
    .description('Looks at the start of FILE and prints an options file to stdout, with a preview on stderr.')
    .argument('<format>', 'fixed-width or csv')
    .argument('<file>', 'file to look at, compressed or not; `-` is stdin')
    .option('-q, --quiet', 'no preview')
    .addHelpText('after', codesHelp)
    .action(async (format, file, flags) => {
      const { infer } = await import('./infer-command.ts');
      await infer(format, file, flags);
    });

  tributary
    .command('schema')
    .summary('print the JSON Schema of a converter’s options')
    .argument('<converter>', `one of: ${Object.keys(converters).join(', ')}`)
    .action(async (name) => {
      const { schema } = await import('./schema-command.ts');
      await schema(name);
    });

  tributary
    .command('local')
    .summary('run services on this machine')
    .description(
      'Starts S3, EventBridge and Lambda on 127.0.0.1 with the packaged services in SERVICE folders and what was deployed to it before, and the console, a web page that shows runs and data. Follows what happens until Ctrl-C.',
    )
    .argument('[services...]', 'folders of packaged services; more can be deployed while it runs')
    .option('-p, --port <number>', 'port to listen on; 0 for any', '4566')
    .option('-s, --state <folder>', 'where objects and the rest are kept', '.tributary')
    .option('-P, --param <NAME=VALUE>', 'a parameter of the templates; may be given again', collect)
    .option(
      '-t, --time-scale <factor>',
      'how long retries wait: 1 as AWS (a minute, then two), 0 not at all',
      '0.05',
    )
    .option('-c, --console-port <number>', 'port of the console; 0 for any', '4567')
    .option('--no-console', 'without the console')
    .option(
      '--ledger <folder>',
      'packaged run ledger for the console; deployed once there is a bus',
      'services/run-ledger',
    )
    .option('--stage <stage>', 'stage whose ledger the console asks', 'dev')
    .option('-w, --watch', 'update a stack whenever its service is packaged anew')
    .option('-v, --verbose', 'every event in full, and what functions log')
    .option('--json', 'what happens as JSON, one line each')
    .addHelpText(
      'after',
      `
Example, in two terminals:
  tributary local
  AWS_ENDPOINT_URL=http://127.0.0.1:4566 AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test npx nx deploy fixed-width-to-tsv
${codesHelp}`,
    )
    .action(async (services, flags) => {
      const { local } = await import('./local-command.ts');
      await local(services, flags);
    });

  tributary.addCommand(chainCommands(codesHelp));
  for (const command of ledgerCommands(codesHelp)) tributary.addCommand(command);

  return tributary;
}

function collect(value: string, previous: string[] = []): string[] {
  return [...previous, value];
}

/** Runs the command line `argv` (as `process.argv`) and ends the process. */
export async function main(argv: string[]): Promise<never> {
  const tributary = program();
  for (const command of [
    tributary,
    ...tributary.commands,
    ...tributary.commands.flatMap((one) => one.commands),
  ])
    command.exitOverride();
  try {
    await tributary.parseAsync(argv);
    process.exit(process.exitCode ?? exitCodes.done);
  } catch (failure) {
    const error = describeMissingBuild(failure);
    // Commander has told its own already; asking for help is no fault.
    if (error instanceof CommanderError)
      process.exit(error.exitCode === 0 ? exitCodes.done : exitCodes.usage);
    // Whoever read our output has gone: `tributary convert .. - | head`.
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit(exitCodes.unexpected);
    console.error(
      argv.includes('--json') ? JSON.stringify(failureJson(error)) : `tributary: ${describeFailure(error)}`,
    );
    // The way to end by a signal is by that signal; it does not wait for a read or write under way either.
    if (error instanceof Interrupted) process.kill(process.pid, error.signal);
    process.exit(exitCodeOf(error));
  }
}
