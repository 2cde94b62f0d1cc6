import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { converters, loadConverter } from '@tributary/codec/converters';
import { bytesOfRecord, converterWork, kindLines, type SampleKind } from '../../sample/converter-work.ts';
import { lineitemParquet } from '../../sample/lineitem-parquet.ts';
import { writeSample } from '../../sample/write-sample.ts';
import { benchFolder } from '../inputs.ts';
import { machine, measure, median } from '../measure.ts';
import { tributary } from '../peers.ts';
import { report } from '../report.ts';
import { measureColdStart } from './cold-start.ts';
import type { SuiteOptions } from './convert.ts';

const MIB = 2 ** 20;
/** The file that `tributary chain cost` goes by. */
const figuresFile = join(import.meta.dirname, '../../../packages/chain/src/cost/throughput.json');

/**
 * What a chain's costs are made of: processor seconds a GB that is read, seconds of a cold start, bytes written for each that is read. Each
 * service as it runs by default: text is compressed as it is written, and counted as it is inside.
 */
export async function benchCost({ mib, rounds, keep }: SuiteOptions): Promise<void> {
  const folder = benchFolder(8 * mib * MIB);
  const services: Record<string, { cpuSecondsPerGb: number; startSeconds: number; outputRatio: number }> = {};
  for (const service of Object.keys(converters)) {
    const work = converterWork[service];
    if (!work) throw new Error(`${service} has no work in ${import.meta.filename}`);
    const [small, large] = [join(folder, `1.${work.reads}`), join(folder, `${mib}.${work.reads}`)];
    await writeKind(small, work.reads, 1);
    await writeKind(large, work.reads, Math.round((mib * MIB) / bytesOfRecord[work.reads]));
    const out = join(folder, 'out');
    const { output } = await loadConverter(service);
    const optionsFor = (compression: string) => {
      const file = join(folder, `${service}-${compression}.json`);
      const packs = output.packed === 'inside' ? {} : { output: { ...work.options.output, compression } };
      writeFileSync(file, JSON.stringify({ ...work.options, ...packs }));
      return file;
    };
    // As a service writes if nothing is said; the command goes by the name of OUT.
    const start = await medianCpu(convert(service, optionsFor('gzip'), small, out), out, rounds);
    const whole = await medianCpu(convert(service, optionsFor('gzip'), large, out), out, rounds);
    await measure(convert(service, optionsFor('none'), large, out));
    const cold = await measureColdStart(
      service,
      { body: readFileSync(small), options: work.options },
      rounds,
    );
    const bytes = statSync(large).size;
    services[service] = {
      cpuSecondsPerGb: rounded(Math.max(0, whole - start) / (bytes / 1e9)),
      startSeconds: rounded(median(cold.map(({ done }) => done)) / 1000),
      outputRatio: rounded(sizeOf(out) / bytes),
    };
    rmSync(out, { recursive: true });
  }
  rmSync(folder, { recursive: true });
  const table = [
    `### What a service costs, ${mib} MiB`,
    '',
    '| service | cpu s / GB read | cold start s | written / read |',
    '| --- | ---: | ---: | ---: |',
    ...Object.entries(services).map(
      ([name, one]) => `| ${name} | ${one.cpuSecondsPerGb} | ${one.startSeconds} | ${one.outputRatio} |`,
    ),
    '',
  ].join('\n');
  report('cost', table, services, false);
  if (!keep) return;
  const measured = `node tools/bench/bench.ts cost --mib ${mib} --rounds ${rounds} --keep; ${machine()}`;
  const figures = { measured, at: new Date().toISOString().slice(0, 10), services };
  writeFileSync(figuresFile, `${JSON.stringify(figures, null, 2)}\n`);
}

async function writeKind(file: string, kind: SampleKind, rows: number): Promise<void> {
  if (kind !== 'parquet') return await writeSample(file, kindLines(kind, rows));
  const csv = `${file}.csv`;
  await writeSample(csv, kindLines('csv', rows));
  await lineitemParquet(csv, file);
  rmSync(csv);
}

function convert(service: string, options: string, from: string, to: string): string {
  return tributary('convert', service, '--quiet', '--options', options, from, to);
}

/** @param output what the command writes; removed after each run */
async function medianCpu(command: string, output: string, rounds: number): Promise<number> {
  const seconds: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const { cpu } = await measure(command);
    rmSync(output, { recursive: true });
    if (round > 0) seconds.push(cpu); // the first one warms caches
  }
  return median(seconds);
}

/** Of a file, or of all files of a folder. */
function sizeOf(path: string): number {
  const stat = statSync(path);
  if (stat.isFile()) return stat.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
