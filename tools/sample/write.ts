// node tools/sample/write.ts SAMPLE OUT [--rows N] [--seed N]: writes a made-up file; gzipped when OUT ends in .gz.
import { parseArgs } from 'node:util';
import { articles } from './articles.ts';
import { driveStats } from './drive-stats.ts';
import { lineitem } from './lineitem.ts';
import { wideTable } from './wide-table.ts';
import { writeSample } from './write-sample.ts';

const SAMPLES: Record<string, (size: { rows: number; seed: number }) => Iterable<string>> = {
  'drive-stats': ({ rows, seed }) => driveStats({ records: rows, seed }),
  lineitem,
  'wide-table': wideTable,
  articles,
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { rows: { type: 'string', default: '230896' }, seed: { type: 'string', default: '1' } },
});
const [name, out] = positionals;
const sample = SAMPLES[name ?? ''];
if (!sample || !out)
  throw new Error(`usage: write.ts ${Object.keys(SAMPLES).join('|')} OUT [--rows N] [--seed N]`);
await writeSample(out, sample({ rows: Number(values.rows), seed: Number(values.seed) }));
