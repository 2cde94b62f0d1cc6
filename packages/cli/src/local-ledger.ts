import type { Activity, LocalAws } from '@tributary/local';

const ledgerStack = /^tributary-run-ledger-/;
const bus = /^tributary-/;

/**
 * Deploys the run ledger, which keeps what the console shows, as soon as there is a bus to hear: at once, or when the bus is
 * deployed later. A ledger that is there already, of before or by `serverless deploy`, stays as it is.
 * @returns hears what happens; and whether a packaged ledger is there to be deployed
 */
export async function bringLedger(
  folder: string,
  complain: (message: string) => void,
): Promise<{ packaged: boolean; follow(aws: LocalAws): void; hear(activity: Activity): void }> {
  const { findTemplate } = await import('@tributary/local'); // not bundled
  const packaged = (await findTemplate(folder)) !== undefined;
  let aws: LocalAws | undefined;
  let asked = false;

  const deploy = (): void => {
    if (aws === undefined || asked || !packaged) return;
    const stacks = aws.stacks();
    if (stacks.some(({ name }) => ledgerStack.test(name))) {
      asked = true;
      return;
    }
    const resources = stacks.flatMap((stack) => stack.resources);
    if (!resources.some(({ type, physicalId }) => type === 'AWS::Events::EventBus' && bus.test(physicalId)))
      return;
    asked = true;
    aws
      .deployStack(folder)
      .catch((error: Error) => complain(`The run ledger was not deployed: ${error.message}`));
  };
  return {
    packaged,
    follow(started) {
      aws = started;
      deploy();
    },
    hear: ({ kind }) => {
      if (kind === 'stack-deployed') deploy();
    },
  };
}
