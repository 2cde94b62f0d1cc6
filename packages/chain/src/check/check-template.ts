import { compileChain } from '../cloudformation/compile-chain.ts';
import { usualUploads } from '../cloudformation/publication.ts';
import type { ChainGraph } from '../graph.ts';
import type { Mistake } from '../mistake.ts';

/** Resources of a stack; Serverless brings a bucket and its policy besides. */
const maxResources = 500 - 2;
/** Bytes of a template that lies in S3. */
const maxTemplate = 1_000_000;

/** What CloudFormation would refuse of the stack as a whole. For a chain that is right otherwise. */
export function checkTemplate(graph: ChainGraph): Mistake[] {
  const { chain } = graph;
  const { Resources, Outputs } = compileChain(graph, usualUploads(chain));
  const where = chain.place(['steps'], 'key');
  const count = Object.keys(Resources).length;
  const size = Buffer.byteLength(JSON.stringify({ Resources, Outputs }, null, 2));
  const advice =
    'fewer steps, or fewer `alarms`, or two chains, the second with the output of the first as its source';
  return [
    ...(count > maxResources
      ? [
          {
            code: 'too-many-resources',
            what: 'The chain becomes more resources than one stack takes',
            expected: `<= ${maxResources}: ${advice}`,
            got: `${count}`,
            where,
          },
        ]
      : []),
    ...(size > maxTemplate
      ? [
          {
            code: 'template-too-large',
            what: 'The template of the chain is larger than CloudFormation takes',
            expected: `<= ${maxTemplate} bytes: ${advice}`,
            got: `${size}`,
            where,
          },
        ]
      : []),
  ];
}
