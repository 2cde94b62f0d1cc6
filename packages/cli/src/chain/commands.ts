import { Command } from 'commander';

/** `tributary chain`: what is asked of chains before they are deployed. */
export function chainCommands(codesHelp: string): Command {
  const chain = new Command('chain')
    .summary('check, test, draw and explain chains')
    .description(
      'Checks, tests, draws and explains chains. CHAINS are chain.yml files, their folders, or a folder of such folders (default: services/chains).',
    );
  const chained = (name: string, summary: string) =>
    chain
      .command(name)
      .summary(summary)
      .description(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`)
      .option('-s, --stage <name>', 'stage that params are taken for', 'dev')
      .option('--region <name>', 'region', process.env.AWS_REGION ?? 'us-east-1')
      .option('-P, --param <NAME=VALUE>', 'a param of the chains; may be given again', collect)
      .option('--json', 'the answer as JSON')
      .addHelpText('after', codesHelp);

  chained('check', 'find every mistake, of each chain and of all together, before AWS does')
    .argument('[chains...]')
    .action(async (paths, flags) => {
      const { check } = await import('./check-command.ts');
      await check(paths, flags);
    });

  chained('test', 'run the cases of chain.test.yml on the local AWS')
    .argument('[chains...]')
    .action(async (paths, flags) => {
      const { test } = await import('./test-command.ts');
      await test(paths, flags);
    });

  chained('graph', 'draw a chain, as Mermaid or SVG')
    .argument('[chains...]')
    .option('-f, --format <name>', 'mermaid or svg', 'mermaid')
    .action(async (paths, flags) => {
      const { graph } = await import('./graph-command.ts');
      await graph(paths, flags);
    });

  chained('explain', 'tell what would happen to an object, and why')
    .argument('<key>', 'key, or s3://BUCKET/KEY')
    .argument('[chains...]')
    .option('--size <bytes>', 'of the object, for chains that ask for it', '1000000')
    .action(async (key, paths, flags) => {
      const { explain } = await import('./explain-command.ts');
      await explain(key, paths, flags);
    });

  chained('cost', 'estimate dollars a month, and what that rests on')
    .argument('[chains...]')
    .requiredOption('--files <number>', 'files a month')
    .requiredOption('--size <bytes>', 'bytes of one file, uncompressed; KB, MB, GB and TB are understood')
    .action(async (paths, flags) => {
      const { cost } = await import('./cost-command.ts');
      await cost(paths, flags);
    });
  return chain;
}

function collect(value: string, previous: string[] = []): string[] {
  return [...previous, value];
}
