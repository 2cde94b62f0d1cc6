import { Command } from 'commander';

const collect = (value: string, previous: string[] = []) => [...previous, value];

function ledgerCommand(name: string): Command {
  return new Command(name)
    .option('--stage <stage>', 'stage of the ledger', 'dev')
    .option('--local [port]', 'ask the ledger of `tributary local` (port 4566 if not given)')
    .option('--url <url>', 'URL of the ledger, instead of looking it up in SSM')
    .option('--json', 'the answer as one line of JSON');
}

/** `tributary runs` and `tributary replay`. */
export function ledgerCommands(help: string): Command[] {
  const runs = ledgerCommand('runs')
    .summary('list runs, or show one in full')
    .description(
      'Asks the ledger (services/run-ledger) what happened: a list of runs, newest first, or with RUN one of them, step by step.',
    )
    .argument('[run]', 'id of a run')
    .option('--chain <name>', 'of this chain; may be given again', collect)
    .option('--state <state>', 'in this state, for instance failed; may be given again', collect)
    .option('--key <text>', 'whose file, as bucket/key, holds this text')
    .option('--code <code>', 'rejected or failed with this code')
    .option('--from <time>', 'arrived then or later: a day, or RFC 3339')
    .option('--to <time>', 'arrived before')
    .option('--limit <count>', 'runs of a page', '20')
    .option('--cursor <cursor>', 'the next page, as the one before told')
    .addHelpText('after', help)
    .action(async (id, flags) => {
      const command = await import('./runs-command.ts');
      await command.runs(id, flags);
    });
  const replay = ledgerCommand('replay')
    .summary('do steps again')
    .description(
      'Wakes steps again through their rules: of a RUN, of a day of a chain, of all that a code stands for, or of a queue of dead letters. What would come out the same is found to be there.',
    )
    .argument('[run]', 'id of a run')
    .option('--step <step>', 'from this step of the run on, instead of its first')
    .option('--chain <name>', 'chain, with --day or --code')
    .option('--day <date>', 'files of the chain that arrived on this day, UTC')
    .option('--code <code>', 'steps that were rejected or failed with this code')
    .option('--since <time>', 'with --code: files that arrived since; a day, or RFC 3339')
    .option('--dead-letters <queue>', 'messages of this queue')
    .option('--limit <count>', 'refuse to do more at once', '1000')
    .option('-n, --dry-run', 'say what would happen, and do nothing')
    .addHelpText('after', help)
    .action(async (id, flags) => {
      const command = await import('./replay-command.ts');
      await command.replay(id, flags);
    });
  return [runs, replay];
}
