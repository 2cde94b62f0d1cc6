import { parseArgs } from 'node:util';
import { buildBundles } from '../demo/package-stack.ts';
import { benchColdStart } from './suites/cold-start.ts';
import { benchConvertGz, benchConvertPlain, benchMemory } from './suites/convert.ts';
import { benchCost } from './suites/cost.ts';
import { benchLedger } from './suites/ledger.ts';
import { benchParquet, benchParquetMemory } from './suites/parquet.ts';
import { benchS3Throughput } from './suites/s3-throughput.ts';
import { benchS3Way } from './suites/s3-way.ts';
import { benchValidate } from './suites/validate.ts';

const SUITES = {
  'convert-plain': benchConvertPlain,
  'convert-gz': benchConvertGz,
  memory: benchMemory,
  parquet: benchParquet,
  'parquet-memory': benchParquetMemory,
  s3: benchS3Way,
  's3-throughput': benchS3Throughput,
  'cold-start': benchColdStart,
  validate: benchValidate,
  cost: benchCost,
  ledger: benchLedger,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    input: { type: 'string' },
    mib: { type: 'string', default: '512' },
    rounds: { type: 'string', default: '5' },
    /** Keeps the runs in results/, for the README. */
    keep: { type: 'boolean', default: false },
  },
});
const names = positionals.length > 0 ? positionals : Object.keys(SUITES);
await buildBundles();
for (const name of names) {
  const suite = SUITES[name as keyof typeof SUITES];
  if (!suite) throw new Error(`no suite ${name}; there are ${Object.keys(SUITES).join(', ')}`);
  await suite({
    input: values.input,
    mib: Number(values.mib),
    rounds: Number(values.rounds),
    keep: values.keep,
  });
}
