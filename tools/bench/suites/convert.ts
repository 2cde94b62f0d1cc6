import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DRIVE_STATS_FIELDS } from '../../sample/drive-stats.ts';
import { baseInput, benchFolder, gzipped, repeatedInput } from '../inputs.ts';
import { type Contender, measure, runPaired } from '../measure.ts';
import { buildRustPeers, has, mawkPeer, pythonPeer, tributary } from '../peers.ts';
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
export async function benchConvertPlain({ input, mib, rounds, keep }: SuiteOptions): Promise<void> {
  const folder = benchFolder(mib * 2 ** 20);
  const plain = await repeatedInput(folder, await baseInput(folder, input), mib);
  const rust = buildRustPeers(folder);
  const writer = writersInto(folder);

  const once = join(folder, 'ours.tsv');
  await measure(convert(folder, 'none', plain, once));
  const bytesOut = statSync(once).size;

  const contenders = [
    writer('tributary', 'ours.tsv', (out) => convert(folder, 'none', plain, out)),
    ...(rust
      ? [writer('Rust original’s algorithm', 'rust.tsv', (out) => `${rust.peer} ${plain} ${out}`)]
      : []),
    ...(has('mawk') ? [writer('mawk', 'mawk.tsv', (out) => mawkPeer(plain, out))] : []),
    ...(has('python3') ? [writer('Python', 'python.tsv', (out) => pythonPeer(plain, out))] : []),
    writer('limit: cat IN > OUT', 'cat', (out) => `cat ${plain} > ${out}`),
    ...(rust
      ? [
          writer(
            'limit: two threads read IN and write OUT, no work',
            'floor',
            (out) => `${rust.floor} ${plain} ${out} ${bytesOut}`,
          ),
        ]
      : []),
    { name: 'limit: a Node that does nothing', command: `${process.execPath} -e 0` },
  ];
  await benchSuite(`plain to plain, ${mib} MiB`, 'convert-plain', contenders, rounds, keep);
  rmSync(folder, { recursive: true });
}

/** As plain to plain, but compressed on both sides. */
export async function benchConvertGz({ input, mib, rounds, keep }: SuiteOptions): Promise<void> {
  const folder = benchFolder(mib * 2 ** 20);
  const packed = await gzipped(await repeatedInput(folder, await baseInput(folder, input), mib));
  const rust = buildRustPeers(folder);
  const writer = writersInto(folder);

  const contenders = [
    writer('tributary', 'ours.tsv.gz', (out) => convert(folder, 'gzip', packed, out)),
    ...(rust
      ? [writer('Rust original’s algorithm', 'rust.tsv.gz', (out) => `${rust.peer} ${packed} ${out}`)]
      : []),
    ...(has('python3') ? [writer('Python', 'python.tsv.gz', (out) => pythonPeer(packed, out))] : []),
    { name: 'limit: gzip -dc IN > /dev/null', command: `gzip -dc ${packed} > /dev/null` },
  ];
  await benchSuite(`gz to gz, ${mib} MiB inflated`, 'convert-gz', contenders, rounds, keep);
  rmSync(folder, { recursive: true });
}

function writersInto(folder: string) {
  return (name: string, file: string, command: (output: string) => string): Contender => {
    const output = join(folder, file);
    return { name, command: command(output), output };
  };
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
