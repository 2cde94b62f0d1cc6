import { deadLetterQueueIds } from '@tributary/events/ledger';

/**
 * Whether a queue is one of a stage: CloudFormation names it `<stack>-<logical id>-<random>`, and stacks are named
 * `tributary-<service>-<stage>`.
 */
export function isDeadLetterQueue(name: string, stage: string): boolean {
  const ending = new RegExp(`-(?:${deadLetterQueueIds.join('|')})-[A-Za-z0-9]+$`).exec(name);
  return (
    ending !== null && name.startsWith('tributary-') && name.slice(0, ending.index).endsWith(`-${stage}`)
  );
}
