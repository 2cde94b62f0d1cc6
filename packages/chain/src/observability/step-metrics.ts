import type { Chain, ChainStep } from '../chain-file/chain.ts';

/** Namespace and names as libs/service writes them; its README says what they count. */
export const namespace = 'Tributary';
export const perStep = ['Silent', 'RejectedFiles', 'FailedAttempts'] as const;
/** With a dimension `outcome` besides. */
export const perOutcome = ['BytesIn', 'BytesOut', 'Rows', 'RejectedRows', 'Duration', 'Throughput'] as const;

export interface Dimension {
  Name: string;
  Value: string;
}

export function dimensionsOf(chain: Chain, step: ChainStep, outcome?: 'completed' | 'rejected'): Dimension[] {
  return [
    { Name: 'service', Value: step.service },
    { Name: 'chain', Value: chain.name },
    { Name: 'step', Value: step.name },
    ...(outcome ? [{ Name: 'outcome', Value: outcome }] : []),
  ];
}

/** As Lambda calls the log of a service's function. */
export function logGroupOf({ stage }: Pick<Chain, 'stage'>, service: string): string {
  return `/aws/lambda/tributary-${stage}-${service}`;
}
