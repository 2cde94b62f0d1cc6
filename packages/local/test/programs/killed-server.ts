// A server that is killed while its function works: prints the function's process id, then waits to be killed.
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { startLocalAws } from '../../src/index.ts';

const [stack, stateDirectory] = process.argv.slice(2);
const aws = await startLocalAws({ stacks: [stack!], stateDirectory: stateDirectory! });
const client = new LambdaClient({ endpoint: aws.endpoint, region: aws.region, credentials: aws.credentials });
const invoke = (event: object) =>
  client.send(new InvokeCommand({ FunctionName: 'probe', Payload: Buffer.from(JSON.stringify(event)) }));
const { Payload } = await invoke({ do: 'context' });
const started = new Promise((resolve) =>
  aws.onEvent(({ kind }) => kind === 'function-log' && resolve(undefined)),
);
void invoke({ do: 'hang' });
await started;
console.log(String(JSON.parse(Buffer.from(Payload!).toString('utf8')).pid));
