import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type CaseResult, findCheckout, readCases, runCases } from '@tributary/chain';
import { UsageError } from '../failure.ts';
import { type ChainFlags, loadChains } from './load-chains.ts';

/** `tributary chain test [CHAINS]`: a line for each case; throws where one does not hold. */
export async function test(paths: string[], flags: ChainFlags): Promise<void> {
  const graphs = await loadChains(paths, flags);
  let failed = 0;
  let run = 0;
  for (const graph of graphs) {
    const folder = dirname(resolve(graph.chain.file));
    const file = join(folder, 'chain.test.yml');
    if (!existsSync(file)) continue;
    const checkout = findCheckout(folder);
    if (checkout === undefined)
      throw new UsageError({
        code: 'no-services',
        what: 'The services of the chain are not to be found',
        expected: 'the chain in a checkout, below services/',
        got: folder,
      });
    const cases = readCases(
      graph,
      join(dirname(graph.chain.file), 'chain.test.yml'),
      readFileSync(file, 'utf8'),
    );
    const readFile = (path: string) => readFileSync(join(folder, path));
    await runCases(graph, cases, { checkout, readFile }, (result) => {
      run++;
      if (result.faults.length > 0) failed++;
      console.log(
        flags.json
          ? JSON.stringify({ chain: graph.chain.name, ...result })
          : describeCase(graph.chain.name, result),
      );
    });
  }
  if (run === 0)
    throw new UsageError({
      code: 'no-cases',
      what: 'There are no cases to run',
      expected: 'a chain.test.yml beside chain.yml',
    });
  if (failed > 0)
    throw new UsageError({ code: 'cases-failed', what: `${failed} of ${run} cases do not hold` });
}

function describeCase(chain: string, { name, faults }: CaseResult): string {
  return [
    `${faults.length === 0 ? 'ok  ' : 'FAIL'} ${chain}: ${name}`,
    ...faults.map((fault) => `       ${fault}`),
  ].join('\n');
}
