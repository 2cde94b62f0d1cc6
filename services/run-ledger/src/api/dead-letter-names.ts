/** Logical ids that templates give to queues of what could not be delivered or handled. */
const logicalIds = 'UndeliveredQueue|DeadLetterQueue';

/**
 * Whether a queue is one of a stage: CloudFormation names it `<stack>-<logical id>-<random>`, and stacks are named
 * `tributary-<service>-<stage>`.
 */
export function isDeadLetterQueue(name: string, stage: string): boolean {
  const ending = new RegExp(`-(?:${logicalIds})-[A-Za-z0-9]+$`).exec(name);
  return (
    ending !== null && name.startsWith('tributary-') && name.slice(0, ending.index).endsWith(`-${stage}`)
  );
}
