import { DuckDBInstance } from '@duckdb/node-api';
import { median } from './measure.ts';

const ROUNDS = 7;

/** How long DuckDB takes to read every value of each file, in turns in one process. */
export async function scanTable(files: readonly (readonly [name: string, file: string])[]): Promise<string> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  const times = files.map((): number[] => []);
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [index, [, file]] of files.entries()) {
      const begin = performance.now();
      await connection.run(`SELECT bit_xor(hash(COLUMNS(*))) FROM '${file}'`);
      if (round > 0) times[index]!.push(performance.now() - begin);
    }
  }
  connection.closeSync();
  instance.closeSync();
  const ratio = (index: number) => median(times[index]!.map((time, round) => time / times[0]![round]!));
  return [
    '| scanned by DuckDB | time / ours | ms |',
    '| --- | ---: | ---: |',
    ...files.map(
      ([name], index) => `| ${name} | ${ratio(index).toFixed(2)} | ${median(times[index]!).toFixed(0)} |`,
    ),
    '',
  ].join('\n');
}
