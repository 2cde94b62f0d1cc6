// npm run demo [-- FILE LAYOUT]: the way of one file through the local AWS, from a bare clone, no questions asked.
import { createReadStream, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { startLocalAws } from '@tributary/local';
import { DRIVE_STATS_OPTIONS, driveStats } from '../sample/drive-stats.ts';
import { writeSample } from '../sample/write-sample.ts';
import { firstRowsOfParquet, firstRowsOfText } from './first-rows.ts';
import { Narrator, type StepDetail } from './narrator.ts';
import { buildBundles, packageStack } from './package-stack.ts';

const folder = resolve('.tributary/demo');
const [given, givenLayout] = process.argv.slice(2);
if (given && !givenLayout) {
  console.error(
    'usage: npm run demo [-- FILE LAYOUT]\nLAYOUT is what `tributary infer fixed-width FILE` prints.',
  );
  process.exit(2);
}

const heading = (text: string) => console.log(`\n${text}`);

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

heading('1. A file to convert');
const file = given ? resolve(given) : join(folder, 'drive-stats.txt.gz');
if (!given) await writeSample(file, driveStats({ records: 230_896 }));
const options = join(folder, 'options.json');
writeFileSync(options, JSON.stringify(readOptions()));
console.log(`  ${shown(file)}, ${statSync(file).size} bytes`);

heading('2. Packaged as for AWS (serverless package)');
await buildBundles();
const stacks = [
  await packageStack('event-bus'),
  await packageStack('fixed-width-to-tsv', {
    sourceBucket: 'landing',
    sourcePrefix: 'vendor/',
    outputBucket: 'lake',
    outputPrefix: 'tsv/',
    createBuckets: 'true',
    options,
  }),
  await packageStack('csv-to-parquet', {
    after: 'fixed-width-to-tsv/convert',
    sourceBucket: 'lake',
    sourcePrefix: 'tsv/',
    outputPrefix: 'parquet/',
  }),
];
for (const stack of stacks) console.log(`  ${shown(stack)}`);

heading('3. The local AWS runs those templates');
const narrator = new Narrator();
const aws = await startLocalAws({ stacks, stateDirectory: join(folder, 'aws'), onEvent: narrator.listen });
console.log(`  ${aws.endpoint}`);

heading('4. The way of the file');
const key = `vendor/${basename(file)}`;
const s3 = new S3Client({
  endpoint: aws.endpoint,
  region: aws.region,
  credentials: aws.credentials,
  forcePathStyle: true,
});
const ended = narrator.follow('csv-to-parquet');
await s3.send(
  new PutObjectCommand({
    Bucket: 'landing',
    Key: key,
    Body: createReadStream(file),
    ContentLength: statSync(file).size,
  }),
);
const details = await ended;
s3.destroy();
await aws.stop();

heading('5. The result');
for (const detail of details) await showResult(detail);

/** The options file of the command, or a layout alone. */
function readOptions(): unknown {
  if (!givenLayout) return DRIVE_STATS_OPTIONS;
  const json = JSON.parse(readFileSync(givenLayout, 'utf8'));
  return 'layout' in json ? json : { layout: json };
}

async function showResult({
  chain,
  rows,
  rejectedRows,
  outputs,
  quarantine,
  report,
  timings,
}: StepDetail): Promise<void> {
  if (report) {
    console.log(`  ${chain}: rejected: ${report.code}: ${report.message}`);
    process.exitCode = 3;
    return;
  }
  const stored = ({ bucket, key }: { bucket: string; key: string }) => join(folder, 'aws/s3', bucket, key);
  console.log(`  ${chain}: ${rows} rows, ${rejectedRows ?? 0} rejected, ${timings.total} ms`);
  for (const output of outputs ?? []) {
    const path = stored(output);
    console.log(`  ${shown(path)}, ${output.bytes} bytes`);
    const lines = path.endsWith('.parquet') ? await firstRowsOfParquet(path) : await firstRowsOfText(path);
    for (const line of lines) console.log(`    ${line}`);
  }
  if (quarantine) console.log(`  rejected rows: ${shown(stored(quarantine))}`);
  console.log();
}

function shown(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith('..') ? path : near;
}
