import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Activity, LocalAws } from '@tributary/local';
import { packageOnce } from '@tributary/service/packaging';
import { compileChain } from '../cloudformation/compile-chain.ts';
import { ruleId } from '../cloudformation/logical-ids.ts';
import { writeStack } from '../files/write-stack.ts';
import type { ChainGraph } from '../graph.ts';
import type { TestCase } from './case-shape.ts';
import { Flow } from './flow.ts';
import { judgeCase } from './judge-case.ts';

export interface CaseResult {
  name: string;
  /** What was not as it must be; empty if the case holds. */
  faults: string[];
}

/** Bytes of a file of a case. */
export type ReadCaseFile = (path: string) => Uint8Array;

/**
 * Runs the cases of a chain, each on a local AWS of its own, out of the templates that are deployed.
 * @param checkout where the services lie
 */
export async function runCases(
  graph: ChainGraph,
  cases: readonly TestCase[],
  { checkout, readFile }: { checkout: string; readFile: ReadCaseFile },
  tell: (result: CaseResult) => void,
): Promise<void> {
  const { stage } = graph.chain;
  const services = [...new Set(graph.steps.map(({ service }) => service))];
  const stacks = await Promise.all(
    ['event-bus', ...services].map((service) => packageOnce(checkout, service, stage)),
  );
  const folder = mkdtempSync(join(tmpdir(), 'tributary-chain-test-'));
  try {
    const uploads = { bucket: { Ref: 'ServerlessDeploymentBucket' }, prefix: 'chain-test/' };
    stacks.push(bucketsOf(graph, join(folder, 'buckets')));
    stacks.push(writeStack(compileChain(graph, uploads), join(folder, `chain-${graph.chain.name}`)));
    for (const [index, one] of cases.entries())
      tell({
        name: one.name,
        faults: await runCase(graph, one, stacks, join(folder, String(index)), readFile),
      });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runCase(
  graph: ChainGraph,
  one: TestCase,
  stacks: string[],
  stateDirectory: string,
  readFile: ReadCaseFile,
): Promise<string[]> {
  const { startLocalAws } = await import('@tributary/local');
  const flow = new Flow();
  const aws = await startLocalAws({
    stacks,
    stateDirectory,
    timeScale: 0,
    onEvent: (activity: Activity) => flow.take(activity),
  });
  try {
    flow.rules = rulesOf(graph, aws);
    if (one.put) put(aws, graph, one.put, readFile);
    else await putEvent(aws, graph, one.event!);
    await flow.ended(one.steps.length);
    return await judgeCase(graph, one, flow, join(stateDirectory, 's3'));
  } finally {
    await aws.stop();
  }
}

/** Buckets that the chain takes for granted. */
function bucketsOf({ chain, steps }: ChainGraph, folder: string): string {
  const wanted = new Set([chain.source.bucket, ...steps.map(({ output }) => output.bucket)]);
  const missing = [...wanted].filter((name) => !chain.createBuckets.includes(name));
  const Resources = Object.fromEntries(
    missing.map((BucketName, index) => [
      `Bucket${index}`,
      {
        Type: 'AWS::S3::Bucket',
        Properties: {
          BucketName,
          NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
        },
      },
    ]),
  );
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'buckets.json');
  writeFileSync(path, JSON.stringify({ Resources }));
  return path;
}

function rulesOf({ steps }: ChainGraph, aws: LocalAws): Map<string, string> {
  const rules = aws.stacks().flatMap(({ resources }) => resources);
  return new Map(
    steps.flatMap(({ name }) => {
      const rule = rules.find(
        ({ type, logicalId }) => type === 'AWS::Events::Rule' && logicalId === ruleId(name),
      );
      return rule ? [[rule.physicalId.slice(rule.physicalId.indexOf('|') + 1), name] as const] : [];
    }),
  );
}

function put(
  aws: LocalAws,
  { chain }: ChainGraph,
  { key, file, text = '' }: NonNullable<TestCase['put']>,
  readFile: ReadCaseFile,
): void {
  const path = join(aws.stateDirectory, 's3', chain.source.bucket, key);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, file === undefined ? text : readFile(file));
}

async function putEvent(
  aws: LocalAws,
  { chain }: ChainGraph,
  event: NonNullable<TestCase['event']>,
): Promise<void> {
  const { EventBridgeClient, PutEventsCommand } = await import('@aws-sdk/client-eventbridge');
  const client = new EventBridgeClient({
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: aws.credentials,
  });
  const entry = {
    Source: event.source,
    DetailType: event['detail-type'],
    Detail: JSON.stringify(event.detail),
    EventBusName: `tributary-${chain.stage}`,
  };
  await client.send(new PutEventsCommand({ Entries: [entry] }));
  client.destroy();
}
