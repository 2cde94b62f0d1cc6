import { BadOptions } from '@tributary/codec';
import { deadLetterQueueIds, ledgerPattern } from '@tributary/events/ledger';
import {
  closedBucket,
  type Framework,
  keyArn,
  keyGrant,
  type Resource,
  refuseUnknownParams,
} from '@tributary/service/deployment';

/** What a template of the ledger is made of besides its functions. */
export interface LedgerDeployment {
  resources: { Resources: Record<string, Resource> };
}

const busArn = 'self:custom.busArn';

/** Rule, queues, archive, bucket and a role for each function, each with no more than it needs. */
export async function ledgerDeployment(framework: Framework): Promise<LedgerDeployment> {
  const text = async (address: string) => String((await framework.resolveVariable(address)) ?? '');
  const defaults = (await framework.resolveVariable('self:params.default')) as object;
  const flags = [(await framework.resolveVariable("opt:param, ''")) as string | string[]].flat();
  refuseUnknownParams(flags, Object.keys(defaults));
  const stage = await text('sls:stage');
  const bus = await framework.resolveVariable(busArn);
  const bucket = bucketName(await text('param:bucket'), stage);
  const kmsKey = readKey(await text('param:kmsKey'));
  const days = Number(await text('param:retention'));
  const rejectsBuckets = (await text('param:rejectsBuckets'))
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  return {
    resources: {
      Resources: {
        ...bucketOf(bucket, days, kmsKey),
        ...feedOf(stage, bus, Number(await text('param:archiveDays'))),
        ...rolesOf(stage, bucket, rejectsBuckets, kmsKey),
      },
    },
  };
}

/** @throws {BadOptions} `invalid-params` */
function readKey(given: string): string | undefined {
  if (given === '') return undefined;
  if (keyArn.test(given)) return given;
  throw new BadOptions({
    code: 'invalid-params',
    what: 'kmsKey is no key of KMS',
    expected: 'the ARN of a key',
    got: given,
  });
}

const bucketArn = { 'Fn::GetAtt': ['LedgerBucket', 'Arn'] };

/** Given, or made of stage, account and region; as Fn::Sub takes it. */
function bucketName(given: string, stage: string): string {
  return given || `tributary-${stage}-ledger-\${AWS::AccountId}-\${AWS::Region}`;
}

function bucketOf(name: string, days: number, kmsKey: string | undefined): Record<string, Resource> {
  // Compacted days stay.
  const expiring = [
    'ledger/',
    'journal/',
    'openlineage/',
    'openlineage-refused/',
    'unreadable/',
    'compaction/',
  ].map((Prefix) => ({ Id: Prefix.slice(0, -1), Status: 'Enabled', Prefix, ExpirationInDays: days }));
  return closedBucket(
    'LedgerBucket',
    { 'Fn::Sub': name },
    {
      lifecycleRules: expiring,
      ...(kmsKey && { kmsKey }),
    },
  );
}

const retentionSeconds = 14 * 24 * 3_600;
/** Six times the longest run of a function that reads from it, as Lambda's guide has it. */
const visibilitySeconds = 360;

/** The one rule, the queue of each reader, and the archive that a ledger which was away for long catches up from. */
function feedOf(stage: string, bus: unknown, archiveDays: number): Record<string, Resource> {
  const queue = (): Resource => ({
    Type: 'AWS::SQS::Queue',
    Properties: {
      MessageRetentionPeriod: retentionSeconds,
      VisibilityTimeout: visibilitySeconds,
      SqsManagedSseEnabled: true,
      RedrivePolicy: {
        deadLetterTargetArn: { 'Fn::GetAtt': ['DeadLetterQueue', 'Arn'] },
        maxReceiveCount: 10,
      },
    },
  });
  const target = (Id: string, logicalId: string) => ({ Id, Arn: { 'Fn::GetAtt': [logicalId, 'Arn'] } });
  return {
    InboxQueue: queue(),
    LineageQueue: queue(),
    DeadLetterQueue: {
      Type: 'AWS::SQS::Queue',
      Properties: { MessageRetentionPeriod: retentionSeconds, SqsManagedSseEnabled: true },
    },
    LedgerRule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        Name: `tributary-${stage}-run-ledger`,
        Description: 'Every event of a step, and every failure of one, for the ledger',
        EventBusName: bus,
        EventPattern: ledgerPattern,
        State: 'ENABLED',
        Targets: [target('record', 'InboxQueue'), target('lineage', 'LineageQueue')],
      },
    },
    QueuesPolicy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'InboxQueue' }, { Ref: 'LineageQueue' }],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Sid: 'LedgerRule',
              Effect: 'Allow',
              Principal: { Service: 'events.amazonaws.com' },
              Action: 'sqs:SendMessage',
              Resource: [target('', 'InboxQueue').Arn, target('', 'LineageQueue').Arn],
              Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': ['LedgerRule', 'Arn'] } } },
            },
          ],
        },
      },
    },
    StepArchive: {
      Type: 'AWS::Events::Archive',
      Properties: {
        ArchiveName: `tributary-${stage}-steps`,
        Description: 'Events of steps, for a ledger that was away to catch up from',
        SourceArn: bus,
        EventPattern: ledgerPattern,
        RetentionDays: archiveDays,
      },
    },
  };
}

interface Statement {
  Effect: 'Allow';
  Action: string[];
  Resource: unknown;
  Condition?: object;
}

const allow = (Action: string[], Resource: unknown, Condition?: object): Statement => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition && { Condition }),
});

function rolesOf(
  stage: string,
  bucket: string,
  rejectsBuckets: readonly string[],
  kmsKey: string | undefined,
): Record<string, Resource> {
  const own = (service: string, resource: string) => ({
    'Fn::Sub': `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`,
  });
  const objects = (...prefixes: string[]) =>
    prefixes.map((prefix) => ({ 'Fn::Sub': `arn:\${AWS::Partition}:s3:::${bucket}/${prefix}*` }));
  const reads = (queue: string) =>
    allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], {
      'Fn::GetAtt': [queue, 'Arn'],
    });
  // All of the bucket is the ledger's. Whoever may not list is not told that an object is not there.
  const lists = allow(['s3:ListBucket'], bucketArn);
  const encrypts = kmsKey === undefined ? [] : [allow(['kms:GenerateDataKey'], [kmsKey])];
  const encryptsAndReads = kmsKey === undefined ? [] : [keyGrant(kmsKey)];
  return {
    ...role('Record', stage, [
      ...encrypts,
      reads('InboxQueue'),
      allow(['s3:PutObject'], objects('ledger/', 'journal/', 'unreadable/', 'compaction/')),
      allow(['lambda:InvokeFunction'], own('lambda', `function:tributary-${stage}-run-ledger-compact`)),
    ]),
    ...role('Lineage', stage, [
      ...encrypts,
      reads('LineageQueue'),
      allow(['s3:PutObject'], objects('openlineage/', 'openlineage-refused/')),
    ]),
    ...role('Compact', stage, [
      ...encryptsAndReads,
      lists,
      allow(['s3:GetObject'], objects('ledger/', 'events/')),
      allow(['s3:PutObject', 's3:AbortMultipartUpload'], objects('events/')),
    ]),
    ...role('Api', stage, [
      ...encryptsAndReads,
      lists,
      allow(['s3:GetObject'], objects('ledger/', 'journal/', 'index/')),
      allow(['s3:PutObject'], objects('index/')),
      // Rows that were rejected, and nothing else of the data: of buckets that were named.
      ...(rejectsBuckets.length === 0
        ? []
        : [
            allow(
              ['s3:GetObject'],
              rejectsBuckets.map((name) => ({
                'Fn::Sub': `arn:\${AWS::Partition}:s3:::${name}/*_rejects/*`,
              })),
            ),
          ]),
      allow(['events:ListTargetsByRule'], own('events', 'rule/*')),
      allow(['lambda:InvokeFunction'], own('lambda', `function:tributary-${stage}-*`)),
      // They are granted on everything or not at all.
      allow(['events:ListRules', 'sqs:ListQueues'], '*'),
      allow(
        [
          'sqs:GetQueueUrl',
          'sqs:GetQueueAttributes',
          'sqs:ReceiveMessage',
          'sqs:ChangeMessageVisibility',
          'sqs:DeleteMessage',
        ],
        deadLetterQueueIds.map((queue) => own('sqs', `tributary-*-${stage}-${queue}-*`)),
      ),
    ]),
  };
}

function role(name: string, stage: string, statements: Statement[]): Record<string, Resource> {
  const logs = `log-group:/aws/lambda/tributary-${stage}-run-ledger-${name.toLowerCase()}:*`;
  const logging = allow(['logs:CreateLogStream', 'logs:PutLogEvents'], {
    'Fn::Sub': `arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:${logs}`,
  });
  return {
    [`${name}Role`]: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { Service: ['lambda.amazonaws.com'] }, Action: ['sts:AssumeRole'] },
          ],
        },
        Policies: [
          {
            PolicyName: 'own',
            PolicyDocument: { Version: '2012-10-17', Statement: [logging, ...statements] },
          },
        ],
      },
    },
  };
}
