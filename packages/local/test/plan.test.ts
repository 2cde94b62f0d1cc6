// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Fn::Sub is written so
import { describe, expect, test } from 'vitest';
import { type PlanInput, planStack } from '../src/cloudformation/plan.ts';
import { lineOf } from '../src/cloudformation/template-lines.ts';
import { DeployError } from '../src/errors.ts';

const place = {
  accountId: '123456789012',
  region: 'eu-central-1',
  partition: 'aws',
  endpoint: 'http://127.0.0.1:4566',
};

function plan(template: object | string, input: Partial<PlanInput> = {}) {
  return planStack({
    text: typeof template === 'string' ? template : JSON.stringify(template, undefined, 2),
    stack: 'sample',
    stackId: 'arn:aws:cloudformation:eu-central-1:123456789012:stack/sample/1',
    place,
    parameters: {},
    exported: () => undefined,
    ssm: () => undefined,
    ...input,
  });
}

/** What a value comes to: it is put in a parameter's value, where any text goes. */
function resolved(Value: unknown, rest: object = {}, input: Partial<PlanInput> = {}): unknown {
  const { Resources = {}, ...sections } = rest as { Resources?: object };
  const planned = plan(
    {
      ...sections,
      Resources: { ...Resources, P: { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value } } },
    },
    input,
  );
  return (planned.resources.find(({ logicalId }) => logicalId === 'P')!.properties as { Value: string })
    .Value;
}

function refusalOf(run: () => unknown): DeployError {
  try {
    run();
  } catch (error) {
    if (error instanceof DeployError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const bucket = { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'lake' } };

describe('an intrinsic', () => {
  test('Ref gives resources, parameters and pseudo parameters', () => {
    expect(resolved({ Ref: 'B' }, { Resources: { B: bucket } })).toBe('lake');
    expect(resolved({ Ref: 'Stage' }, { Parameters: { Stage: { Type: 'String', Default: 'dev' } } })).toBe(
      'dev',
    );
    expect(
      resolved({
        'Fn::Join': [
          '|',
          ['Partition', 'Region', 'AccountId', 'StackName', 'URLSuffix'].map((n) => ({ Ref: `AWS::${n}` })),
        ],
      }),
    ).toBe('aws|eu-central-1|123456789012|sample|amazonaws.com');
  });

  test('GetAtt takes a list or a dotted name', () => {
    expect(resolved({ 'Fn::GetAtt': ['B', 'Arn'] }, { Resources: { B: bucket } })).toBe('arn:aws:s3:::lake');
    expect(resolved({ 'Fn::GetAtt': 'B.DomainName' }, { Resources: { B: bucket } })).toBe(
      'lake.s3.amazonaws.com',
    );
  });

  test('Sub takes names, attributes, its own variables and literals', () => {
    const text = '${AWS::Region}/${B}/${B.Arn}/${own}/${!Literal}/${ Stage }';
    expect(
      resolved(
        { 'Fn::Sub': [text, { own: { 'Fn::Join': ['', ['a', 'b']] } }] },
        { Resources: { B: bucket }, Parameters: { Stage: { Type: 'String', Default: 'dev' } } },
      ),
    ).toBe('eu-central-1/lake/arn:aws:s3:::lake/ab/${Literal}/dev');
  });

  test('Select, Split, Base64, FindInMap and ImportValue', () => {
    expect(resolved({ 'Fn::Select': ['1', { 'Fn::Split': [',', 'a,b,c'] }] })).toBe('b');
    expect(resolved({ 'Fn::Base64': { 'Fn::Sub': 'in ${AWS::Region}' } })).toBe(
      Buffer.from('in eu-central-1').toString('base64'),
    );
    const Mappings = { Sizes: { 'eu-central-1': { memory: 512 } } };
    expect(resolved({ 'Fn::FindInMap': ['Sizes', { Ref: 'AWS::Region' }, 'memory'] }, { Mappings })).toBe(
      '512',
    );
    const exported = (name: string) => (name === 'other-bus' ? 'steps' : undefined);
    expect(
      resolved(
        { 'Fn::ImportValue': { 'Fn::Sub': '${Other}-bus' } },
        { Parameters: { Other: { Type: 'String', Default: 'other' } } },
        { exported },
      ),
    ).toBe('steps');
  });

  test('If takes the branch that counts, and NoValue leaves a property out', () => {
    const Parameters = { Stage: { Type: 'String', Default: 'prod' } };
    const Conditions = {
      Prod: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] },
      Other: { 'Fn::Not': [{ Condition: 'Prod' }] },
      Either: { 'Fn::Or': [{ Condition: 'Prod' }, { Condition: 'Other' }] },
      Both: { 'Fn::And': [{ Condition: 'Prod' }, { Condition: 'Other' }] },
    };
    const choose = (name: string, otherwise: unknown = 'no') =>
      resolved({ 'Fn::If': [name, 'yes', otherwise] }, { Parameters, Conditions });
    expect([choose('Prod', { Ref: 'Absent' }), choose('Other'), choose('Either'), choose('Both')]).toEqual([
      'yes',
      'no',
      'yes',
      'no',
    ]);
    const planned = plan({
      Parameters,
      Conditions,
      Resources: {
        Q: {
          Type: 'AWS::SQS::Queue',
          Properties: { QueueName: { 'Fn::If': ['Prod', { Ref: 'AWS::NoValue' }, 'named'] } },
        },
        Gone: { Type: 'AWS::SQS::Queue', Condition: 'Other' },
      },
      Outputs: { Gone: { Condition: 'Other', Value: { Ref: 'Gone' } } },
    });
    expect(planned.resources.map(({ logicalId, properties }) => [logicalId, properties])).toEqual([
      ['Q', {}],
    ]);
    expect(planned.outputs).toEqual([]);
  });

  test('resolve:ssm reads parameters, of a version too', () => {
    const ssm = (name: string, version?: number) =>
      name === '/arn' && (version ?? 2) === 2 ? 'found' : undefined;
    expect(resolved('before {{resolve:ssm:/arn}} after', {}, { ssm })).toBe('before found after');
    expect(resolved('{{resolve:ssm:/arn:2}}', {}, { ssm })).toBe('found');
    expect(refusalOf(() => resolved('{{resolve:ssm:/arn:1}}', {}, { ssm }))).toMatchObject({
      code: 'unknown-reference',
    });
    expect(refusalOf(() => resolved('{{resolve:secretsmanager:x}}'))).toMatchObject({
      code: 'unknown-intrinsic',
    });
  });
});

describe('parameters', () => {
  const Parameters = {
    Size: { Type: 'Number', MinValue: 1, MaxValue: 5, Default: 3 },
    Names: { Type: 'CommaDelimitedList', Default: 'a, b' },
    Stage: { Type: 'String', AllowedValues: ['dev', 'prod'], Default: 'dev' },
    Bus: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/bus' },
    Plain: { Type: 'AWS::SSM::Parameter::Name', Default: '/bus' },
    Buses: { Type: 'AWS::SSM::Parameter::Value<List<String>>', Default: '/buses' },
  };
  const ssm = (name: string) => ({ '/bus': 'steps', '/buses': 'one, two' })[name];

  test('have their defaults, their types and what is given', () => {
    const joined = {
      'Fn::Sub': ['${Size} ${second} ${Stage} ${Bus}', { second: { 'Fn::Select': [1, { Ref: 'Names' }] } }],
    };
    expect(resolved(joined, { Parameters }, { ssm })).toBe('3 b dev steps');
    expect(
      resolved(joined, { Parameters }, { ssm, parameters: { Size: '5', Names: 'x,y', Stage: 'prod' } }),
    ).toBe('5 y prod steps');
  });

  test('of SSM are lists where their type says so, and names stay names', () => {
    const joined = { 'Fn::Join': [' ', [{ Ref: 'Plain' }, { 'Fn::Select': [1, { Ref: 'Buses' }] }]] };
    expect(resolved(joined, { Parameters }, { ssm })).toBe('/bus two');
  });

  test('common to several stacks go to those that have them, and give way to their own', () => {
    const common = { Stage: 'prod', Unknown: 'ignored' };
    expect(resolved({ Ref: 'Stage' }, { Parameters }, { ssm, common })).toBe('prod');
    expect(resolved({ Ref: 'Stage' }, { Parameters }, { ssm, common, parameters: { Stage: 'dev' } })).toBe(
      'dev',
    );
  });

  test('that do not fit are refused', () => {
    const refuse = (parameters: Record<string, string>) =>
      refusalOf(() => resolved('x', { Parameters }, { ssm, parameters })).message;
    expect(refuse({ Size: '6' })).toContain('Parameter Size: must be at most 5');
    expect(refuse({ Size: 'x' })).toContain('must be a number');
    expect(refuse({ Stage: 'test' })).toContain('must be one of dev, prod; got "test"');
    expect(refuse({ Absent: '1' })).toContain('The template has no parameter Absent');
    expect(refuse({ Bus: '/absent' })).toContain('no SSM parameter /absent');
    expect(refusalOf(() => resolved('x', { Parameters: { Must: { Type: 'String' } } }))).toMatchObject({
      code: 'bad-parameter',
    });
  });
});

describe('what is not there is refused', () => {
  const text = `{
  "Resources": {
    "Table": {
      "Type": "AWS::DynamoDB::Table"
    },
    "Q": {
      "Type": "AWS::SQS::Queue",
      "Properties": {
        "QueueName": "q",
        "FifoQueue": true
      }
    }
  }
}`;
  const without = (part: string) => text.replace(part, '');

  test('by resource type, with its line', () => {
    const refused = refusalOf(() => plan(text));
    expect(refused).toMatchObject({
      code: 'unknown-resource-type',
      where: { stack: 'sample', resource: 'Table', line: 4 },
    });
    expect(refused.message).toBe(
      'AWS::DynamoDB::Table is not there in the local AWS (stack sample, resource Table, line 4)',
    );
  });

  test('by property, with its line', () => {
    const refused = refusalOf(() =>
      plan(without('"Table": {\n      "Type": "AWS::DynamoDB::Table"\n    },')),
    );
    expect(refused).toMatchObject({
      code: 'unknown-property',
      where: { resource: 'Q', property: 'FifoQueue' },
    });
    expect(refused.message).toContain('AWS::SQS::Queue.FifoQueue is not there in the local AWS');
    expect(text.split('\n')[refused.where.line! + 2 - 1]).toContain('FifoQueue');
  });

  test('deep inside a property, by its path', () => {
    const rule = (Targets: object[], rest: object = {}) => ({
      Resources: {
        R: { Type: 'AWS::Events::Rule', Properties: { EventPattern: { source: ['x'] }, Targets, ...rest } },
      },
    });
    const Arn = 'arn:aws:sqs:eu-central-1:123456789012:q';
    expect(
      refusalOf(() =>
        plan(
          rule([
            { Id: 'a', Arn },
            { Id: 'b', Arn, SqsParameters: {} },
          ]),
        ),
      ),
    ).toMatchObject({
      code: 'unknown-property',
      where: { resource: 'R', property: 'Targets[1].SqsParameters' },
    });
    expect(
      refusalOf(() =>
        plan(rule([{ Id: 'a', Arn: 'arn:aws:states:eu-central-1:123456789012:stateMachine:m' }])),
      ),
    ).toMatchObject({
      code: 'bad-property',
      where: { property: 'Targets[0].Arn' },
    });
    expect(refusalOf(() => plan(rule([], { ScheduleExpression: 'rate(1 day)' }))).message).toContain(
      'AWS::Events::Rule.ScheduleExpression',
    );
    expect(refusalOf(() => plan(rule([], { EventPattern: { source: [{ sufix: 'x' }] } }))).message).toContain(
      'Event pattern is not valid',
    );
    expect(
      refusalOf(() => plan(rule([{ Id: 'a', Arn, InputTransformer: { InputTemplate: '<absent>' } }])))
        .message,
    ).toContain('absent');
  });

  test('by intrinsic and by attribute', () => {
    expect(refusalOf(() => resolved({ 'Fn::GetAZs': '' }))).toMatchObject({
      code: 'unknown-intrinsic',
      where: { resource: 'P', property: 'Value.Fn::GetAZs' },
    });
    expect(
      refusalOf(() => resolved({ 'Fn::GetAtt': ['B', 'WebsiteURL'] }, { Resources: { B: bucket } })),
    ).toMatchObject({ code: 'unknown-attribute' });
    expect(refusalOf(() => resolved({ Ref: 'Absent' }))).toMatchObject({ code: 'unknown-reference' });
    expect(refusalOf(() => resolved({ 'Fn::ImportValue': 'absent' }))).toMatchObject({
      code: 'unknown-export',
    });
  });

  test('by section, and as YAML', () => {
    expect(refusalOf(() => plan({ Transform: 'AWS::Serverless-2016-10-31', Resources: {} }))).toMatchObject({
      code: 'template-invalid',
    });
    expect(refusalOf(() => plan('Resources:\n  B:\n')).message).toContain('YAML is not there');
    expect(refusalOf(() => plan('{'))).toMatchObject({ code: 'template-unreadable' });
  });
});

describe('order', () => {
  const queue = (rest: object = {}) => ({ Type: 'AWS::SQS::Queue', ...rest });

  test('follows references and DependsOn', () => {
    const planned = plan({
      Resources: {
        Last: queue({ DependsOn: ['Middle'] }),
        Middle: queue({ Properties: { QueueName: { 'Fn::Sub': 'after-${First.QueueName}' } } }),
        First: queue(),
      },
    });
    expect(planned.resources.map(({ logicalId }) => logicalId)).toEqual(['First', 'Middle', 'Last']);
  });

  test('in a circle is refused, with the circle', () => {
    const refused = refusalOf(() =>
      plan({
        Resources: {
          A: queue({ Properties: { QueueName: { 'Fn::GetAtt': ['B', 'QueueName'] } } }),
          B: queue({ DependsOn: 'C' }),
          C: queue({ Properties: { QueueName: { 'Fn::Sub': '${A}' } } }),
        },
      }),
    );
    expect(refused).toMatchObject({
      code: 'dependency-cycle',
      message: expect.stringContaining('A -> B -> C -> A'),
    });
  });

  test('names are generated, and the same each time', () => {
    const names = () =>
      plan({ Resources: { Q: queue(), B: { Type: 'AWS::S3::Bucket' } } }).resources.map(
        ({ attributes }) => attributes.Arn,
      );
    expect(names()).toEqual(names());
    expect(names()[1]).toMatch(/^arn:aws:s3:::sample-b-[0-9a-f]{12}$/);
  });

  test('a resource with the name of a parameter is refused', () => {
    expect(
      refusalOf(() =>
        plan({ Parameters: { A: { Type: 'String', Default: 'x' } }, Resources: { A: bucket } }),
      ),
    ).toMatchObject({ code: 'template-invalid', where: { resource: 'A', line: expect.any(Number) } });
  });

  test('two resources of one name are refused', () => {
    expect(refusalOf(() => plan({ Resources: { A: bucket, B: bucket } }))).toMatchObject({
      code: 'resource-exists',
      where: { resource: 'B' },
    });
  });
});

test('lines are found through strings with braces and escapes', () => {
  const text = '{\n "a{\\"}": "]}",\n "b": [\n  {"c": 1},\n  {"c": "\\\\", "d":\n   2}\n ]\n}';
  expect(lineOf(text, ['b', 1, 'd'])).toBe(5);
  expect(lineOf(text, ['b', 1])).toBe(5);
  expect(lineOf(text, ['b', 7, 'x'])).toBe(3);
  expect(lineOf(text, ['absent'])).toBeUndefined();
});
