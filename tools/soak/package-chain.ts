import { join } from 'node:path';
import { checkChains, compileChain, describeMistake, services, writeStack } from '@tributary/chain';
import { packageOnce } from '@tributary/service/packaging';
import { chainText, type SoakChain } from './chains.ts';

const checkout = join(import.meta.dirname, '../..');
const surroundings = { stage: 'dev', region: 'us-east-1', params: {}, services };

/** Compiles a chain as for AWS, and packages the bus and the services that it is made of; and the ledger, which no chain needs. */
export async function packageChain(
  chain: SoakChain,
  folder: string,
): Promise<{ stacks: string[]; ledger: string }> {
  const text = chainText(chain);
  const { graphs, mistakes } = await checkChains(
    [{ file: 'chain.yml', text, read: () => undefined }],
    surroundings,
  );
  const [graph] = graphs;
  if (!graph || mistakes.length > 0) {
    throw new Error(`a chain of the soak is wrong:\n${mistakes.map(describeMistake).join('\n')}\n${text}`);
  }
  const names = new Set(['event-bus', ...chain.steps.map(({ service }) => service)]);
  const packaged = (name: string) => packageOnce(checkout, name, surroundings.stage);
  const uploads = { bucket: { Ref: 'ServerlessDeploymentBucket' }, prefix: 'soak/' };
  return {
    stacks: [
      ...(await Promise.all([...names].map(packaged))),
      writeStack(compileChain(graph, uploads), join(folder, 'chain-soak')),
    ],
    ledger: await packaged('run-ledger'),
  };
}
