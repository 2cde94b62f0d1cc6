// A server with a chain, to be killed at any moment: prints its address when it is ready.
import { startLocalAws } from '../../src/index.ts';

const [stack, stateDirectory] = process.argv.slice(2);
const aws = await startLocalAws({ stacks: [stack!], stateDirectory: stateDirectory!, settleMs: 50 });
console.log(aws.endpoint);
