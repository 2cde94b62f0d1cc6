// biome-ignore-all lint/suspicious/noTemplateCurlyInString: chain.yml and Fn::Sub are written so
import { checkChains, compileChain, services } from '@tributary/chain';
import { compilePattern, InvalidEvent, InvalidPattern } from '@tributary/events/pattern';
import { compileTargetInput, InvalidTargetInput } from '@tributary/events/target-input';
import { DeployError } from '@tributary/local';
import { planStack } from '@tributary/local/cloudformation';
import { pick, randomFrom } from '../../sample/random.ts';
import { chainText, soakChain } from '../../soak/chains.ts';
import { mutate } from '../mutation.ts';
import { join, part, type Target } from '../target.ts';
import { twist } from '../twist.ts';

const patterns = [
  '{"source":["a",{"prefix":"b"}],"detail":{"n":[{"numeric":[">",0,"<=",5]}],"x":[{"exists":false}]}}',
  '{"$or":[{"a":[{"wildcard":"x*y*"}]},{"b":[{"anything-but":{"suffix":["p","q"]}}]}]}',
  '{"ip":[{"cidr":"10.0.0.0/8"},{"equals-ignore-case":"X"},null,true,1.50]}',
];
const events = [
  '{"source":"a","detail":{"n":[1,{"n":5}],"ip":"10.1.2.3"},"a":[{"b":"xp"},"xay"],"__proto__":1}',
  '{}',
  '{"a":[[[{"a":1e400}]]]}',
];

const refusals = [InvalidPattern, InvalidEvent, InvalidTargetInput, DeployError];

function refused(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    if (!refusals.some((kind) => error instanceof kind)) throw error;
  }
}

const patternTarget: Target = {
  name: 'event pattern',
  make: (random) =>
    join(
      mutate(random, Buffer.from(pick(random, patterns))).toString(),
      mutate(random, Buffer.from(pick(random, events))),
    ),
  take(input) {
    const [pattern, event] = part(input);
    refused(() => {
      const matches = compilePattern(String(pattern));
      for (const one of [event.toString(), ...events]) refused(() => matches(one));
    });
  },
};

const templates = ['{"a":<x>,"b":"<y> and <aws.events.event.json>"}', '"<x>"', '<aws.events.event>'];

const targetInputTarget: Target = {
  name: 'target input',
  make: (random) => mutate(random, Buffer.from(pick(random, templates))),
  take(input) {
    refused(() => {
      const render = compileTargetInput({
        Id: 't',
        InputTransformer: { InputPathsMap: { x: '$.detail', y: '$.a[0]' }, InputTemplate: input.toString() },
      });
      for (const event of events) render(event, { ruleArn: 'r', ruleName: 'n', ingestionTime: 't' });
    });
  },
};

const yaml = [
  'chain: a\nsource: { bucket: landing, prefix: in/ }\noutput: { bucket: lake }\nsteps:\n  one:\n    service: csv-to-csv\n    output: { prefix: a/ }\n  two:\n    service: csv-to-parquet\n    after: one.completed\n    when: { detail: { rows: [{ numeric: [">", 0] }] } }\n    output: { prefix: "b/{date}/{1}/" }\n',
  'chain: a\nparams: { default: { x: landing }, prod: { x: y } }\nsource: { bucket: "${param:x}", prefix: "${stage}/" }\nsteps: &s\n  one: { service: json-lines-to-csv, options: { columns: [a] }, output: { bucket: lake, prefix: o/ } }\n',
];
const surroundings = { stage: 'dev', region: 'us-east-1', params: {}, services };

/** chain.yml as text with bytes changed, or as a chain with parts changed: checked, and compiled if nothing is wrong. */
const chainTarget: Target = {
  name: 'chain.yml',
  make(random) {
    const kind = random();
    if (kind < 0.5) return mutate(random, Buffer.from(pick(random, yaml)));
    const chain = chainText(soakChain(randomFrom(Math.floor(random() * 1000))));
    return Buffer.from(JSON.stringify(twist(random, JSON.parse(chain))));
  },
  async take(input) {
    const file = { file: 'chain.yml', text: input.toString(), read: () => undefined };
    const { graphs, mistakes } = await checkChains([file], surroundings);
    if (mistakes.length > 0) return;
    for (const graph of graphs) compileChain(graph, { bucket: 'uploads', prefix: 'x/' });
  },
};

const stack = {
  Parameters: { Stage: { Type: 'String', Default: 'dev', AllowedValues: ['dev', 'prod'] } },
  Mappings: { Sizes: { dev: { Memory: 128 }, prod: { Memory: 1769 } } },
  Conditions: { IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] } },
  Resources: {
    Lake: {
      Type: 'AWS::S3::Bucket',
      DeletionPolicy: 'Retain',
      Properties: {
        BucketName: { 'Fn::Sub': ['lake-${Stage}-${x}', { x: { 'Fn::Select': [0, ['a', 'b']] } }] },
      },
    },
    Queue: {
      Type: 'AWS::SQS::Queue',
      DependsOn: ['Lake'],
      Properties: { QueueName: { 'Fn::Join': ['-', ['q', { Ref: 'Stage' }]] } },
    },
    Bus: {
      Type: 'AWS::Events::EventBus',
      Properties: { Name: { 'Fn::If': ['IsProd', 'steps', 'steps-dev'] } },
    },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventBusName: { 'Fn::GetAtt': ['Bus', 'Name'] },
        EventPattern: { source: ['a'], detail: { 'x.y': [{ prefix: 'z' }] } },
        Targets: [{ Id: 't', Arn: { 'Fn::GetAtt': 'Queue.Arn' } }],
      },
    },
    Parameter: {
      Type: 'AWS::SSM::Parameter',
      Properties: { Type: 'String', Value: { 'Fn::FindInMap': ['Sizes', { Ref: 'Stage' }, 'Memory'] } },
    },
  },
  Outputs: {
    Out: { Value: { 'Fn::GetAtt': ['Lake', 'Arn'] }, Export: { Name: { 'Fn::Split': ['-', 'a-b'] } } },
  },
};

const templateTarget: Target = {
  name: 'CloudFormation template',
  make: (random) => {
    const text = Buffer.from(JSON.stringify(twist(random, twist(random, stack))));
    return random() < 0.3 ? mutate(random, text) : text;
  },
  take(input) {
    refused(() =>
      planStack({
        text: input.toString(),
        stack: 'sample',
        stackId: 'arn:aws:cloudformation:eu-central-1:123456789012:stack/sample/1',
        place: {
          accountId: '123456789012',
          region: 'eu-central-1',
          partition: 'aws',
          endpoint: 'http://127.0.0.1:1',
        },
        parameters: {},
        exported: () => undefined,
        ssm: () => undefined,
      }),
    );
  },
};

/** What is written by hand, or comes as JSON. */
export const textTargets: Target[] = [patternTarget, targetInputTarget, chainTarget, templateTarget];
