import { grants } from '../cloudformation/grants.ts';
import { grantsId } from '../cloudformation/logical-ids.ts';
import { policyCharacters } from '../cloudformation/policy-size.ts';
import { usualUploads } from '../cloudformation/publication.ts';
import { ruleInputs } from '../cloudformation/rule-input.ts';
import type { ChainGraph } from '../graph.ts';
import type { Mistake } from '../mistake.ts';

/** Characters that IAM takes of all inline policies of a role together, white space not counted. */
const maxRolePolicies = 10_240;

/** Kept for what the service itself grants its role: its logs, the bus and, deployed with params, a source of its own. */
const ownOfService = 2_048;

/**
 * Every chain puts a policy on the roles of its services, which many chains share. IAM would say no in the midst of the deployment of
 * the one that comes last.
 */
export function checkRoles(graphs: readonly ChainGraph[]): Mistake[] {
  const left = maxRolePolicies - ownOfService;
  const used = new Map<string, { chain: string; characters: number }[]>();
  return graphs.flatMap((graph): Mistake[] => {
    const { chain, steps } = graph;
    const policies = grants(graph, ruleInputs(graph, usualUploads(chain)));
    return [...new Set(steps.map(({ service }) => service))].flatMap((service): Mistake[] => {
      const characters = policyCharacters(policies[grantsId(service)]!.Properties.PolicyDocument);
      const all = [...(used.get(service) ?? []), { chain: chain.name, characters }];
      used.set(service, all);
      const total = all.reduce((sum, one) => sum + one.characters, 0);
      if (total <= left) return [];
      const step = steps.find((one) => one.service === service)!;
      return [
        {
          code: 'role-policies-too-long',
          what: `The role of ${service} has no room for what its chains may read and write`,
          expected: `<= ${left} characters in all, as IAM takes ${maxRolePolicies} a role and ${ownOfService} are the service's own: fewer steps and chains on one service and stage, or shorter prefixes in common`,
          got: `${total}: ${all.map((one) => `${one.chain} ${one.characters}`).join(', ')}`,
          where: chain.place(['steps', step.name, 'service']),
        },
      ];
    });
  });
}
