import type { Chain, ChainStep } from '../chain-file/chain.ts';

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
