import { type ChainCost, costOfChain } from '@tributary/chain';
import { UsageError } from '../failure.ts';
import { bytesOf } from './byte-size.ts';
import { type ChainFlags, loadChains } from './load-chains.ts';

const columns = ['lambda', 'requests', 'events', 'storage', 'logs', 'metrics', 'total'] as const;

/** `tributary chain cost [CHAINS] --files N --size S`: a table for each chain. */
export async function cost(
  paths: string[],
  flags: ChainFlags & { files: string; size: string },
): Promise<void> {
  const files = Number(flags.files);
  const size = bytesOf(flags.size);
  if (!(Number.isInteger(files) && files > 0) || size === 0)
    throw new UsageError({
      code: 'bad-workload',
      what: 'There is nothing to reckon with',
      expected: '--files and --size of more than 0',
      got: `${flags.files}, ${flags.size}`,
    });
  const costs = (await loadChains(paths, flags)).map((graph) => ({
    chain: graph.chain.name,
    ...costOfChain(graph, { files, size }),
  }));
  if (flags.json) console.log(JSON.stringify(costs));
  else for (const one of costs) console.log(`${describeCost(one)}\n`);
}

function describeCost({
  chain,
  steps,
  watching,
  total,
  perTerabyte,
  assumptions,
}: ChainCost & { chain: string }): string {
  const rows = steps.map((step) => [
    `${step.step} (${step.service}${step.assumed ? ' *' : ''})`,
    ...columns.map((column) => dollars(step[column])),
  ]);
  const table = [['$ a month', ...columns], ...rows];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  const lines = table.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
      .join('  '),
  );
  return [
    `${chain}: ${dollars(total)} dollars a month, ${dollars(perTerabyte)} a TB that comes in`,
    ...lines.map((line) => `  ${line}`),
    `  alarms ${dollars(watching.alarms)}, dashboard ${dollars(watching.dashboard)}`,
    'Assumed:',
    ...assumptions.map((line) => `  - ${line}`),
  ].join('\n');
}

function dollars(amount: number): string {
  return amount >= 100
    ? amount.toFixed(0)
    : amount >= 0.01 || amount === 0
      ? amount.toFixed(2)
      : amount.toFixed(4);
}
