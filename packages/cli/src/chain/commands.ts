import { Command } from 'commander';

/** `tributary chain`: what is asked of chains before they are deployed. */
export function chainCommands(codesHelp: string): Command {
  const chain = new Command('chain').description(
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
      .addHelpText('after', codesHelp);

  chained('check', 'find every mistake, each by itself and all together, before AWS does')
    .argument('[chains...]')
    .option('--json', 'mistakes as JSON')
    .action(async (paths, flags) => {
      const { check } = await import('./check-command.ts');
      await check(paths, flags);
    });
  return chain;
}

function collect(value: string, previous: string[] = []): string[] {
  return [...previous, value];
}
