import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBridgeClient, ListRulesCommand, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  GetQueueAttributesCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { type LocalAws, startLocalAws } from '@tributary/local';
import { bucketResources } from '@tributary/service/deployment';
import { packageEventBus, packageService } from '@tributary/service/test/packaged';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const roles = ['Record', 'Lineage', 'Compact', 'Api'] as const;
type Role = (typeof roles)[number];

/** Tells the keys that Lambda gives to functions under its role. */
const keysOfRole = `exports.handler = async () => ({
  accessKeyId: process.env.AWS_ACCESS_KEY_ID,
  secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY,
  sessionToken: process.env.AWS_SESSION_TOKEN,
});`;

const kmsKey = 'arn:aws:kms:us-east-1:000000000000:key/one';
const folder = mkdtempSync(join(tmpdir(), 'tributary-ledger-privilege-'));
let aws: LocalAws;
// biome-ignore lint/suspicious/noExplicitAny: a template is looked into freely
let resources: Record<string, { Properties: any }>;
let queues: Record<string, string>;
const clients = {} as Record<
  Role,
  { s3: S3Client; sqs: SQSClient; lambda: LambdaClient; events: EventBridgeClient }
>;

beforeAll(async () => {
  // The packaged ledger, and beside each function another under the same role.
  const packaged = packageService('run-ledger', { bucket: 'ledger', rejectsBuckets: 'lake', kmsKey }, folder);
  const file = join(packaged, 'cloudformation-template-update-stack.json');
  const template = JSON.parse(readFileSync(file, 'utf8'));
  resources = template.Resources;
  Object.assign(template.Resources, bucketResources('Lake', 'lake'), bucketResources('Other', 'other'));
  for (const role of roles)
    template.Resources[`${role}Probe`] = {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: `probe-${role}`,
        Code: { ZipFile: keysOfRole },
        Handler: 'index.handler',
        Runtime: 'nodejs24.x',
        Role: { 'Fn::GetAtt': [`${role}Role`, 'Arn'] },
      },
    };
  writeFileSync(file, JSON.stringify(template));
  aws = await startLocalAws({
    stacks: [await packageEventBus(), packaged],
    stateDirectory: join(folder, 'state'),
    timeScale: 0,
  });
  const stack = aws.stacks().find(({ name }) => name.startsWith('tributary-run-ledger'))!;
  queues = Object.fromEntries(stack.resources.map(({ logicalId, physicalId }) => [logicalId, physicalId]));
  const own = { endpoint: aws.endpoint, region: aws.region, forcePathStyle: true, maxAttempts: 1 };
  const user = new LambdaClient({ ...own, credentials: aws.credentials });
  for (const role of roles) {
    const { Payload } = await user.send(new InvokeCommand({ FunctionName: `probe-${role}` }));
    const settings = { ...own, credentials: JSON.parse(Buffer.from(Payload!).toString()) };
    clients[role] = {
      s3: new S3Client(settings),
      sqs: new SQSClient(settings),
      lambda: new LambdaClient(settings),
      events: new EventBridgeClient(settings),
    };
  }
  user.destroy();
  // S3 denies what is not there to whoever may not list.
  const s3 = new S3Client({ ...own, credentials: aws.credentials });
  for (const place of places) await s3.send(new PutObjectCommand({ ...placeOf(place), Body: 'x' }));
  s3.destroy();
}, 60_000);
afterAll(async () => {
  for (const role of roles) for (const client of Object.values(clients[role] ?? {})) client.destroy();
  await aws?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const actions: Record<string, (role: Role, on: string) => Promise<unknown>> = {
  get: (role, on) => clients[role].s3.send(new GetObjectCommand(placeOf(on))),
  put: (role, on) => clients[role].s3.send(new PutObjectCommand({ ...placeOf(on), Body: 'x' })),
  delete: (role, on) => clients[role].s3.send(new DeleteObjectCommand(placeOf(on))),
  list: (role, on) => clients[role].s3.send(new ListObjectsV2Command({ Bucket: on })),
  receive: (role, on) =>
    clients[role].sqs.send(new ReceiveMessageCommand({ QueueUrl: queues[on], WaitTimeSeconds: 0 })),
  attributes: (role, on) => clients[role].sqs.send(new GetQueueAttributesCommand({ QueueUrl: queues[on] })),
  send: (role, on) =>
    clients[role].sqs.send(new SendMessageCommand({ QueueUrl: queues[on], MessageBody: 'x' })),
  queues: (role) => clients[role].sqs.send(new ListQueuesCommand({})),
  invoke: (role, on) =>
    clients[role].lambda.send(new InvokeCommand({ FunctionName: on, InvocationType: 'DryRun' })),
  rules: (role) => clients[role].events.send(new ListRulesCommand({})),
  publish: async (role, on) => {
    const entry = { Source: 'tributary', DetailType: 'Step Completed', Detail: '{}', EventBusName: on };
    return await clients[role].events.send(new PutEventsCommand({ Entries: [entry] }));
  },
};

function placeOf(path: string) {
  const at = path.indexOf('/');
  return { Bucket: path.slice(0, at), Key: path.slice(at + 1) };
}

/** Of all actions, each as `ACTION PLACE`, those that a role may do. */
async function allowedOf(role: Role, asked: readonly string[]): Promise<string[]> {
  const allowed: string[] = [];
  for (const one of asked) {
    const [action, on = ''] = one.split(' ');
    const error = await actions[action!]!(role, on).then(
      () => undefined,
      (cause: Error) => cause,
    );
    if (error === undefined) allowed.push(one);
    else expect(`${one}: ${error.name}`).toMatch(/: AccessDenied(Exception)?$/);
  }
  return allowed;
}

const ledgerFolders = ['ledger', 'journal', 'unreadable', 'compaction', 'openlineage', 'events', 'index'];
const places = [
  ...ledgerFolders.map((name) => `ledger/${name}/x`),
  'lake/tsv/x',
  'lake/tsv/_rejects/x',
  'other/_rejects/x',
];
const asked = [
  ...['get', 'put', 'delete'].flatMap((action) => places.map((place) => `${action} ${place}`)),
  ...['ledger', 'lake', 'other'].map((bucket) => `list ${bucket}`),
  ...['receive', 'attributes', 'send'].flatMap((action) =>
    ['InboxQueue', 'LineageQueue', 'DeadLetterQueue'].map((queue) => `${action} ${queue}`),
  ),
  ...['tributary-dev-run-ledger-compact', 'tributary-dev-run-ledger-record', 'probe-Api'].map(
    (name) => `invoke ${name}`,
  ),
  'queues',
  'rules',
  'publish tributary-dev',
];

/** All that each may do of the above; the rest is refused. */
const may: Record<Role, string[]> = {
  Record: [
    'put ledger/ledger/x',
    'put ledger/journal/x',
    'put ledger/unreadable/x',
    'put ledger/compaction/x',
    'receive InboxQueue',
    'attributes InboxQueue',
    'invoke tributary-dev-run-ledger-compact',
  ],
  Lineage: ['put ledger/openlineage/x', 'receive LineageQueue', 'attributes LineageQueue'],
  Compact: ['get ledger/ledger/x', 'get ledger/events/x', 'put ledger/events/x', 'list ledger'],
  Api: [
    'get ledger/ledger/x',
    'get ledger/journal/x',
    'get ledger/index/x',
    // Of buckets that `rejectsBuckets` names, rejected rows and no data.
    'get lake/tsv/_rejects/x',
    'put ledger/index/x',
    'list ledger',
    'receive DeadLetterQueue',
    'attributes DeadLetterQueue',
    'invoke tributary-dev-run-ledger-compact',
    'invoke tributary-dev-run-ledger-record',
    'queues',
    'rules',
  ],
};

describe.each(roles)('the role of %s', (role) => {
  test('may do this and nothing else', async () => {
    expect(await allowedOf(role, asked)).toEqual(may[role]);
  });
});

// Nothing is encrypted on one machine, so the template has to do.
test('under a key of KMS the bucket is encrypted, and whoever only writes may not decrypt', () => {
  expect(JSON.stringify(resources.LedgerBucket?.Properties.BucketEncryption)).toContain(kmsKey);
  const granted = roles.map((role) => {
    const { Statement } = resources[`${role}Role`]!.Properties.Policies[0].PolicyDocument;
    const own = Statement.filter(({ Action }: { Action: string[] }) => Action[0]?.startsWith('kms:'));
    return [
      role,
      own.map(({ Action, Resource }: { Action: string[]; Resource: string[] }) => [Action, Resource]),
    ];
  });
  expect(Object.fromEntries(granted)).toEqual({
    Record: [[['kms:GenerateDataKey'], [kmsKey]]],
    Lineage: [[['kms:GenerateDataKey'], [kmsKey]]],
    Compact: [[['kms:Decrypt', 'kms:GenerateDataKey'], [kmsKey]]],
    Api: [[['kms:Decrypt', 'kms:GenerateDataKey'], [kmsKey]]],
  });
});
