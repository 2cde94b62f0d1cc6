import { describe, expect, it } from 'vitest';
import {
  compileTargetInput,
  InvalidTargetInput,
  MAX_PATHS,
  renderTargetInput,
} from '../../src/target-input/index.ts';

const event = {
  version: '0',
  id: '7bf73129',
  'detail-type': 'EC2 Instance State-change Notification',
  source: 'aws.ec2',
  time: '2015-11-11T21:29:54Z',
  resources: ['arn:1', 'arn:2'],
  detail: {
    'instance-id': 'i-0123456789',
    state: 'RUNNING',
    cpu: 0.5,
    spot: false,
    nothing: null,
    tags: [
      { key: 'env', value: 'prod' },
      { key: 'team', value: 'a/b' },
    ],
    quote: 'say "hi"\n',
    'a/b': 1,
  },
};
const context = {
  ruleArn: 'arn:aws:events:eu-west-1:1:rule/example',
  ruleName: 'example',
  ingestionTime: '2026-11-23T15:24:41Z',
};
const paths = {
  instance: '$.detail.instance-id',
  state: '$.detail.state',
  cpu: '$.detail.cpu',
  spot: '$.detail.spot',
  nothing: '$.detail.nothing',
  detail: '$.detail',
  tag: '$.detail.tags[0]',
  keys: '$.detail.tags[*].key',
  missing: '$.detail.none.of.this',
  quote: '$.detail.quote',
  resource: '$.resources[1]',
};

function transform(template: string): string {
  return renderTargetInput(
    { InputTransformer: { InputPathsMap: paths, InputTemplate: template } },
    event,
    context,
  );
}

describe('InputTransformer', () => {
  it.each([
    ['a string', '"instance <instance> is in <state>"', '"instance i-0123456789 is in RUNNING"'],
    [
      'quotes in a string',
      '"instance \\"<instance>\\" is in <state>"',
      '"instance \\"i-0123456789\\" is in RUNNING"',
    ],
    [
      'strings get quotes where they have none',
      '{\n  "i" : <instance>,\n  "s": "<state>"\n}',
      '{"i":"i-0123456789","s":"RUNNING"}',
    ],
    [
      'lists',
      '{"state": [ 9, <state>, true, <cpu> ], "keys": <keys>}',
      '{"state":[9,"RUNNING",true,0.5],"keys":["env","team"]}',
    ],
    [
      'numbers, booleans and null',
      '{"a":<cpu>,"b":<spot>,"c":<nothing>,"d":"<cpu> <spot> <nothing>"}',
      '{"a":0.5,"b":false,"c":null,"d":"0.5 false null"}',
    ],
    ['objects as values', '{"tag": <tag>}', '{"tag":{"key":"env","value":"prod"}}'],
    [
      'objects in strings lose their quotes',
      '"tag <tag> of <keys>"',
      '"tag {key:env,value:prod} of [env,team]"',
    ],
    ['what is missing is empty', '{"a":"x<missing>y","b":<missing>}', '{"a":"xy","b":""}'],
    ['white space in strings stays', '{ "a b" : "c  <state>  d" }', '{"a b":"c  RUNNING  d"}'],
    ['several strings', '"<state>"\n"<instance>"', '"RUNNING"\n"i-0123456789"'],
    [
      'reserved variables',
      '{"a":<aws.events.rule-arn>,"n":"<aws.events.rule-name> triggered","t":<aws.events.event.ingestion-time>}',
      `{"a":"${context.ruleArn}","n":"example triggered","t":"2026-11-23T15:24:41Z"}`,
    ],
    ['values unquoted are escaped', '{"q":<quote>}', '{"q":"say \\"hi\\"\\n"}'],
    ['values in quotes are not, as on AWS', '"<quote>"', '"say "hi"\n"'],
    ['signs that are no variable', '"a < b > c <> <x y>"', '"a < b > c <> <x y>"'],
    ['no variables', '{"a":1}', '{"a":1}'],
  ])('%s', (_, template, expected) => {
    expect(transform(template)).toBe(expected);
  });

  it('passes on the whole event', () => {
    const { event: whole, ...rest } = JSON.parse(
      transform('{"e":<aws.events.event>,"event":<aws.events.event.json>}'),
    );
    expect(whole).toEqual(event);
    const { detail: _, 'detail-type': detailType, ...others } = event;
    // AWS spells this one in camel case.
    expect(rest.e).toEqual({ ...others, detailType });
  });

  it('passes on the text of the event to the byte', () => {
    const text = '{ "detail" : {"n":1.10, "n":12345678901234567890} }';
    const target = { InputTransformer: { InputTemplate: '{"x":1,"event":<aws.events.event.json>}' } };
    expect(renderTargetInput(target, text, context)).toBe(`{"x":1,"event":${text}}`);
  });
});

describe('Input and InputPath', () => {
  it('without either the event is passed on', () => {
    expect(renderTargetInput({}, event, context)).toBe(JSON.stringify(event));
    expect(renderTargetInput({ InputPath: '$' }, ' {"a": 1}', context)).toBe(' {"a": 1}');
  });

  it('Input stands for the event', () => {
    expect(renderTargetInput({ Input: '{"a": 1}' }, event, context)).toBe('{"a": 1}');
  });

  it.each([
    ['$.detail.state', '"RUNNING"'],
    ['$.detail.tags[1]', '{"key":"team","value":"a/b"}'],
    ['$.detail.tags[*].value', '["prod","a/b"]'],
    ['$.detail.tags[0].*', '["env","prod"]'],
    ['$.detail.a/b', '1'],
    ['$.detail.nothing', 'null'],
    ['$.resources[7]', 'null'],
    ['$.resources.length', 'null'],
    ['$.detail.constructor', 'null'],
    ['$.none.at.all', 'null'],
  ])('InputPath %s', (path, expected) => {
    expect(renderTargetInput({ InputPath: path }, event, context)).toBe(expected);
  });
});

describe('what PutTargets refuses', () => {
  const many = Object.fromEntries(Array.from({ length: MAX_PATHS + 1 }, (_, index) => [`v${index}`, '$.a']));

  it.each([
    ['several-inputs', { Input: '{}', InputPath: '$' }],
    ['invalid-input', { Input: 'text' }],
    ['unsupported-path', { InputPath: 'detail' }],
    ['unsupported-path', { InputPath: '$..detail' }],
    ['unsupported-path', { InputPath: '$.a[?(@.b)]' }],
    ['unsupported-path', { InputPath: '$.a.' }],
    ['unsupported-path', { InputPath: "$['a']" }],
    ['path-too-long', { InputPath: `$.${'a'.repeat(300)}` }],
    ['unknown-variable', { InputTransformer: { InputTemplate: '"<nobody>"' } }],
    ['unknown-variable', { InputTransformer: { InputTemplate: '<aws.events.nothing>' } }],
    ['invalid-variable', { InputTransformer: { InputPathsMap: { AWSx: '$.a' }, InputTemplate: '"<AWSx>"' } }],
    ['invalid-variable', { InputTransformer: { InputPathsMap: { 'a.b': '$.a' }, InputTemplate: '"x"' } }],
    ['too-many-paths', { InputTransformer: { InputPathsMap: many, InputTemplate: '"x"' } }],
    ['template-too-long', { InputTransformer: { InputTemplate: `"${'x'.repeat(8191)}"` } }],
  ])('%s', (code, target) => {
    let fault: unknown;
    try {
      compileTargetInput({ Id: 'target-1', ...target });
    } catch (error) {
      fault = error;
    }
    expect(fault).toBeInstanceOf(InvalidTargetInput);
    expect((fault as InvalidTargetInput).code).toBe(code);
  });
});
