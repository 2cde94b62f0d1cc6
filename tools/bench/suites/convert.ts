import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DRIVE_STATS_FIELDS } from '../../sample/drive-stats.ts';
import { baseInput, benchFolder, gzipped, repeatedInput } from '../inputs.ts';
import { type Contender, runPaired } from '../measure.ts';
import { buildRustPeer, has, mawkPeer, pythonPeer, tributary } from '../peers.ts';
import { ratioTable, report } from '../report.ts';

export interface SuiteOptions {
  /** Drive-stats content to repeat; the generated sample if absent. */
  input?: string | undefined;
  mib: number;
  rounds: number;
  /** Whether to keep the runs for the README. */
  keep: boolean;
}

/** Whole processes, file to file: ours, the peers' algorithm, and the limits of the machine. */
export async function benchConvert({ input, mib, rounds, keep }: SuiteOptions): Promise<void> {
  const folder = benchFolder(mib * 2 ** 20);
  const plain = await repeatedInput(folder, await baseInput(folder, input), mib);
  const packed = await gzipped(plain);
  const rust = buildRustPeer(folder);
  const out = (name: string) => join(folder, `out-${name}`);

  const plainToPlain: Contender[] = [
    { name: 'tributary', command: convert(folder, 'none', plain, out('ours.tsv')) },
    ...(rust ? [{ name: 'Rust original’s algorithm', command: `${rust} ${plain} ${out('rust.tsv')}` }] : []),
    ...(has('mawk') ? [{ name: 'mawk', command: mawkPeer(plain, out('mawk.tsv')) }] : []),
    ...(has('python3') ? [{ name: 'Python', command: pythonPeer(plain, out('python.tsv')) }] : []),
    { name: 'limit: cat IN > OUT', command: `cat ${plain} > ${out('cat')}` },
  ];
  await benchSuite(`plain to plain, ${mib} MiB`, 'convert-plain', plainToPlain, rounds, keep);

  const gzToGz: Contender[] = [
    { name: 'tributary', command: convert(folder, 'gzip', packed, out('ours.tsv.gz')) },
    ...(rust
      ? [{ name: 'Rust original’s algorithm', command: `${rust} ${packed} ${out('rust.tsv.gz')}` }]
      : []),
    ...(has('python3') ? [{ name: 'Python', command: pythonPeer(packed, out('python.tsv.gz')) }] : []),
    { name: 'limit: gzip -dc IN > /dev/null', command: `gzip -dc ${packed} > /dev/null` },
  ];
  await benchSuite(`gz to gz, ${mib} MiB inflated`, 'convert-gz', gzToGz, rounds, keep);
  rmSync(folder, { recursive: true });
}

/** Peak memory of ours alone at three sizes: it must not grow with the file. */
export async function benchMemory({ input, keep }: SuiteOptions): Promise<void> {
  const sizes = [50, 512, 5120];
  const folder = benchFolder(sizes.at(-1)! * 2 ** 20);
  const base = await baseInput(folder, input);
  const contenders: Contender[] = [];
  for (const mib of sizes) {
    const plain = await repeatedInput(folder, base, mib);
    const packed = await gzipped(plain);
    const out = join(folder, `out-${mib}`);
    contenders.push({ name: `plain ${mib} MiB`, command: convert(folder, 'none', plain, `${out}.tsv`) });
    contenders.push({ name: `gz ${mib} MiB`, command: convert(folder, 'gzip', packed, `${out}.tsv.gz`) });
  }
  await benchSuite('peak memory by size', 'memory', contenders, 1, keep);
  rmSync(folder, { recursive: true });
}

async function benchSuite(
  title: string,
  name: string,
  contenders: Contender[],
  rounds: number,
  keep: boolean,
): Promise<void> {
  const runs = await runPaired(contenders, rounds);
  report(name, ratioTable(title, contenders, runs), Object.fromEntries(runs), keep);
}

function convert(folder: string, compression: string, from: string, to: string): string {
  const options = join(folder, `options-${compression}.json`);
  writeFileSync(
    options,
    JSON.stringify({ layout: { fields: DRIVE_STATS_FIELDS, skip: 1 }, output: { compression } }),
  );
  return tributary('convert', 'fixed-width-to-tsv', '--quiet', '--options', options, from, to);
}
