import type { LocalAws } from '@tributary/local';

/** Where the run ledger that is deployed on a local AWS answers and keeps what it knows. */
export function deployedLedger(aws: LocalAws): { url: string; bucket: string } {
  const { outputs, resources } = aws.stacks().find(({ name }) => name.startsWith('tributary-run-ledger'))!;
  const { physicalId: bucket } = resources.find(({ logicalId }) => logicalId === 'LedgerBucket')!;
  return { url: outputs.LedgerUrl!, bucket };
}
