// npm run demo [-- [--open] FILE LAYOUT]: the way of one file through the local AWS, from a bare clone, no questions asked.
// With --open the console is left running with the runs in it, until Ctrl-C.
import { createReadStream, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { startLocalAws } from '@tributary/local';
import { DRIVE_STATS_OPTIONS, driveStats } from '../sample/drive-stats.ts';
import { writeSample } from '../sample/write-sample.ts';
import { firstRowsOfParquet, firstRowsOfText, rowsOfParquet } from './first-rows.ts';
import { askLedger } from './ledger-answers.ts';
import { Narrator, type StepDetail } from './narrator.ts';
import { buildBundles, packageStack } from './package-stack.ts';

const folder = resolve('.tributary/demo');
const open = process.argv.includes('--open');
const [given, givenLayout] = process.argv.slice(2).filter((argument) => argument !== '--open');
if (given && !givenLayout) {
  console.error(
    'usage: npm run demo [-- [--open] FILE LAYOUT]\nLAYOUT is what `tributary infer fixed-width FILE` prints.',
  );
  process.exit(2);
}

const heading = (text: string) => console.log(`\n${text}`);

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

heading('1. A file to convert');
const file = given ? resolve(given) : join(folder, 'drive-stats.txt.gz');
if (!given) await writeSample(file, driveStats({ records: 230_896, flaws: 12 }));
const options = join(folder, 'options.json');
writeFileSync(options, JSON.stringify(readOptions()));
console.log(`  ${shown(file)}, ${statSync(file).size} bytes`);

heading('2. Packaged as for AWS (serverless package)');
await buildBundles();
const stacks = [
  await packageStack('event-bus'),
  await packageStack('run-ledger', { rejectsBuckets: 'landing-dev,lake-dev' }),
];
if (given) {
  // Of a file of your own no schema is known to hold it to: two services, each wired by its own params.
  stacks.push(
    await packageStack('fixed-width-to-tsv', {
      sourceBucket: 'landing-dev',
      sourcePrefix: 'vendor/',
      outputBucket: 'lake-dev',
      outputPrefix: 'tsv/',
      createBuckets: 'true',
      options,
    }),
    await packageStack('csv-to-parquet', {
      after: 'fixed-width-to-tsv/convert',
      sourceBucket: 'lake-dev',
      sourcePrefix: 'tsv/',
      outputPrefix: 'parquet/',
    }),
  );
} else {
  for (const service of ['fixed-width-to-tsv', 'schema-validator', 'csv-to-parquet', 'chains/drive-stats'])
    stacks.push(await packageStack(service));
}
for (const stack of stacks) console.log(`  ${shown(stack)}`);

heading('3. The local AWS runs those templates');
const narrator = new Narrator();
const aws = await startLocalAws({ stacks, stateDirectory: join(folder, 'aws'), onEvent: narrator.listen });
console.log(`  ${aws.endpoint}`);
// Its kernel is built only now.
const page = open ? await (await import('@tributary/console')).serveConsole(aws) : undefined;

heading('4. The way of the file');
const key = `vendor/${basename(file)}`;
const s3 = new S3Client({
  endpoint: aws.endpoint,
  region: aws.region,
  credentials: aws.credentials,
  forcePathStyle: true,
});
const upload = (key: string, path: string) =>
  s3.send(
    new PutObjectCommand({
      Bucket: 'landing-dev',
      Key: key,
      Body: createReadStream(path),
      ContentLength: statSync(path).size,
    }),
  );
const ended = narrator.follow(
  given ? ['csv-to-parquet/convert'] : ['drive-stats/to-parquet', 'drive-stats/held'],
);
await upload(key, file);
const details = await ended;
let held: StepDetail[] = [];
if (!given) {
  heading('   and of a file with too many bad records: the other branch');
  const bad = join(folder, 'broken.txt.gz');
  await writeSample(bad, driveStats({ records: 400, flaws: 12 }));
  const heldBack = narrator.follow(['drive-stats/held']);
  await upload(`vendor/${basename(bad)}`, bad);
  held = await heldBack;
}
s3.destroy();
const runs = await askLedger(aws, narrator.stepEvents);
if (!page) await aws.stop();

heading('5. The result');
for (const detail of details) await showResult(detail);
await showSum(details);
for (const detail of held) await showResult(detail);

heading('6. What the ledger has of it (tributary runs)');
for (const line of runs.split('\n')) console.log(`  ${line}`);

if (page) {
  heading(`7. The console: ${page.url}`);
  console.log('  Drop a file on the source of the chain to see it go. Ctrl-C ends it.');
  await new Promise((resolve) => process.once('SIGINT', resolve).once('SIGTERM', resolve));
  await page.stop();
  await aws.stop();
}

/** The options file of the command, or a layout alone. */
function readOptions(): unknown {
  if (!givenLayout) return DRIVE_STATS_OPTIONS;
  const json = JSON.parse(readFileSync(givenLayout, 'utf8'));
  return 'layout' in json ? json : { layout: json };
}

async function showResult({
  chain,
  step,
  rows,
  rejectedRows,
  outputs,
  quarantine,
  documents,
  report,
  timings,
}: StepDetail): Promise<void> {
  if (report) {
    console.log(`  ${chain}/${step}: rejected: ${report.code}: ${report.message}`);
    // In the chain that is a way like any other.
    if (given) process.exitCode = 3;
    return;
  }
  console.log(`  ${chain}/${step}: ${rows} rows, ${rejectedRows ?? 0} rejected, ${timings.total} ms`);
  for (const output of outputs ?? []) {
    const path = stored(output);
    console.log(`  ${shown(path)}, ${output.bytes} bytes`);
    const lines = path.endsWith('.parquet') ? await firstRowsOfParquet(path) : await firstRowsOfText(path);
    for (const line of lines) console.log(`    ${line}`);
  }
  if (quarantine) {
    console.log(`  rejected rows: ${shown(stored(quarantine))}`);
    for (const line of rejectsIn(stored(quarantine)).slice(0, 4)) console.log(`    ${line}`);
  }
  for (const document of documents ?? []) console.log(`  ${document.name}: ${shown(stored(document))}`);
  console.log();
}

/** Counts what lies there, by readers that are not ours: no row is lost on the way, and none comes twice. */
async function showSum(details: readonly StepDetail[]): Promise<void> {
  const [first, last] = [details[0], details.at(-1)];
  if (first?.rows === undefined || last?.outputs === undefined) return;
  const quarantined = details.flatMap(({ quarantine }) => (quarantine ? rejectsIn(stored(quarantine)) : []));
  const counts = await Promise.all(last.outputs.map((output) => rowsOfParquet(stored(output))));
  const kept = counts.reduce((sum, rows) => sum + rows, 0);
  const read = first.rows + (first.rejectedRows ?? 0);
  const adds = kept + quarantined.length === read;
  console.log(
    `  ${read} records = ${kept} rows of Parquet + ${quarantined.length} in quarantine${adds ? '' : ': the numbers do not add up'}`,
  );
  if (!adds) process.exitCode = 1;
}

function stored({ bucket, key }: { bucket: string; key: string }): string {
  return join(folder, 'aws/s3', bucket, key);
}

function rejectsIn(path: string): string[] {
  return gunzipSync(readFileSync(path)).toString().trimEnd().split('\n');
}

function shown(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith('..') ? path : near;
}
