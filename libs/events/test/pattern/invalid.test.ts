import { describe, expect, it } from 'vitest';
import {
  compilePattern,
  InvalidEvent,
  InvalidPattern,
  MAX_BRANCHES,
  parseEvent,
} from '../../src/pattern/index.ts';

/** Pattern text and AWS's reason for refusing it, without the place. */
const refused: [string, string][] = [
  ['[1]', 'Filter is not an object'],
  ['"x"', 'Filter is not an object'],
  ['{}', 'Empty objects are not allowed'],
  ['{"detail":{}}', 'Empty objects are not allowed'],
  ['{"a":[]}', 'Empty arrays are not allowed'],
  ['{"a":"x"}', '"a" must be an object or an array'],
  ['{"a":1}', '"a" must be an object or an array'],
  ['{"a":null}', '"a" must be an object or an array'],
  ['{"a":[["x"]]}', 'Match value must be String, number, true, false, or null'],
  ['{"a":[{}]}', 'Match expression name not found'],
  ['{"a":[{"is":"x"}]}', 'Unrecognized match type is'],
  ['{"a":[{"Prefix":"x"}]}', 'Unrecognized match type Prefix'],
  ['{"a":[{"exactly":3}]}', 'exact match pattern must be a string'],
  ['{"a":[{"prefix":3}]}', 'prefix match pattern must be a string'],
  ['{"a":[{"prefix":["x"]}]}', 'prefix match pattern must be a string'],
  ['{"a":[{"prefix":{}}]}', 'Prefix expression name not found'],
  ['{"a":[{"prefix":{"suffix":"x"}}]}', 'Unsupported prefix pattern: suffix'],
  ['{"a":[{"prefix":{"equals-ignore-case":5}}]}', 'equals-ignore-case match pattern must be a string'],
  ['{"a":[{"prefix":"x","suffix":"y"}]}', 'Only one key allowed in match expression'],
  ['{"a":[{"prefix":{"equals-ignore-case":"x","y":1}}]}', 'Only one key allowed in match expression'],
  ['{"a":[{"suffix":null}]}', 'suffix match pattern must be a string'],
  ['{"a":[{"suffix":{"x":"y"}}]}', 'Unsupported suffix pattern: x'],
  ['{"a":[{"equals-ignore-case":["x"]}]}', 'equals-ignore-case match pattern must be a string'],
  ['{"a":[{"wildcard":5}]}', 'wildcard match pattern must be a string'],
  ['{"a":[{"wildcard":"ab**"}]}', 'Consecutive wildcard characters at pos 3'],
  ['{"a":[{"wildcard":"é**"}]}', 'Consecutive wildcard characters at pos 3'],
  ['{"a":[{"wildcard":"a\\\\b"}]}', 'Invalid escape character at pos 2'],
  ['{"a":[{"wildcard":"a\\\\"}]}', 'Invalid escape character at pos 2'],
  ['{"a":[{"exists":"true"}]}', 'exists match pattern must be either true or false.'],
  ['{"a":[{"exists":null}]}', 'exists match pattern must be either true or false.'],
  ['{"a":[{"exists":true,"x":1}]}', 'Only one key allowed in match expression'],
  ['{"a":[{"numeric":5}]}', 'Value of numeric must be an array.'],
  ['{"a":[{"numeric":[]}]}', 'Invalid member in numeric match: ]'],
  ['{"a":[{"numeric":[5]}]}', 'Invalid member in numeric match: 5'],
  ['{"a":[{"numeric":["=="]}]}', 'Unrecognized numeric range operator: =='],
  ['{"a":[{"numeric":["="]}]}', 'Value of equals must be numeric'],
  ['{"a":[{"numeric":["=","5"]}]}', 'Value of equals must be numeric'],
  ['{"a":[{"numeric":[">=",true]}]}', 'Value of >= must be numeric'],
  ['{"a":[{"numeric":["=",1,2]}]}', 'Too many elements in numeric expression'],
  ['{"a":[{"numeric":["<",1,">",0]}]}', 'Too many elements in numeric expression'],
  ['{"a":[{"numeric":[">",0,1]}]}', 'Bad value in numeric range: 1'],
  ['{"a":[{"numeric":[">",0,">",1]}]}', 'Bad numeric range operator: >'],
  ['{"a":[{"numeric":[">",0,"<"]}]}', 'Value of < must be numeric'],
  ['{"a":[{"numeric":[">",0,"<",1,2]}]}', 'Too many terms in numeric range expression'],
  ['{"a":[{"numeric":[">",1,"<",1]}]}', 'Bottom must be less than top'],
  ['{"a":[{"numeric":[">=",2,"<=",1]}]}', 'Bottom must be less than top'],
  ['{"a":[{"numeric":["=",1e309]}]}', 'Cannot compare number : 1e309'],
  ['{"a":[{"numeric":["<",0.1234567890123456789]}]}', 'Cannot compare number : 0.1234567890123456789'],
  ['{"a":[{"numeric":["=",1],"x":2}]}', 'Too many elements in numeric expression'],
  ['{"a":[{"cidr":5}]}', 'prefix match pattern must be a string'],
  ['{"a":[{"cidr":"10.0.0.0"}]}', "Malformed CIDR, one '/' required"],
  ['{"a":[{"cidr":"10.0.0.0/8/8"}]}', "Malformed CIDR, one '/' required"],
  ['{"a":[{"cidr":"10.0.0.0/x"}]}', 'Malformed CIDR, mask bits must be an integer'],
  ['{"a":[{"cidr":"10.0.0.0/-1"}]}', 'Malformed CIDR, mask bits must not be negative'],
  ['{"a":[{"cidr":"10.0.0.0/32"}]}', 'IPv4 mask bits must be < 32'],
  ['{"a":[{"cidr":"::/128"}]}', 'IPv6 mask bits must be < 128'],
  ['{"a":[{"cidr":"host/8"}]}', 'Nonstandard IP address: host'],
  ['{"a":[{"cidr":"10.0.0.300/8"}]}', 'Invalid IP address: 10.0.0.300'],
  ['{"a":[{"cidr":"1::2::3/8"}]}', 'Invalid IP address: 1::2::3'],
  ['{"a":[{"anything-but":true}]}', 'Value of anything-but must be an array or single string/number value.'],
  ['{"a":[{"anything-but":null}]}', 'Value of anything-but must be an array or single string/number value.'],
  ['{"a":[{"anything-but":{}}]}', 'Anything-But expression name not found'],
  ['{"a":[{"anything-but":{"numeric":[">",1]}}]}', 'Unsupported anything-but pattern: numeric'],
  [
    '{"a":[{"anything-but":[]}]}',
    'Inside anything but list, either all values are number or string, mixed type is not supported',
  ],
  [
    '{"a":[{"anything-but":["x",1]}]}',
    'Inside anything but list, either all values are number or string, mixed type is not supported',
  ],
  ['{"a":[{"anything-but":["x",null]}]}', 'Inside anything but list, start|null|boolean is not supported.'],
  [
    '{"a":[{"anything-but":[{"prefix":"x"}]}]}',
    'Inside anything but list, start|null|boolean is not supported.',
  ],
  ['{"a":[{"anything-but":1e400}]}', 'Cannot compare number : 1e400'],
  ['{"a":[{"anything-but":{"prefix":""}}]}', 'Null prefix/suffix not allowed'],
  ['{"a":[{"anything-but":{"suffix":["x",""]}}]}', 'Null prefix/suffix not allowed'],
  ['{"a":[{"anything-but":{"prefix":5}}]}', 'prefix/suffix match pattern must be a string'],
  ['{"a":[{"anything-but":{"prefix":[1]}}]}', 'prefix/suffix match pattern must be a string'],
  ['{"a":[{"anything-but":{"prefix":[]}}]}', 'Empty arrays are not allowed'],
  [
    '{"a":[{"anything-but":{"prefix":{"equals-ignore-case":"x"}}}]}',
    'Value of anything-but must be an array or single string/number value.',
  ],
  [
    '{"a":[{"anything-but":{"equals-ignore-case":[1]}}]}',
    'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.',
  ],
  ['{"a":[{"anything-but":{"wildcard":1}}]}', 'wildcard match pattern must be a string'],
  ['{"a":[{"anything-but":{"wildcard":"a**"}}]}', 'Consecutive wildcard characters at pos 2'],
  ['{"a":[{"anything-but":{"prefix":"x","y":1}}]}', 'Too many elements in numeric expression'],
  ['{"a":[{"anything-but":"x","y":1}]}', 'Too many elements in numeric expression'],
  ['{"$or":[{"a":["x"]}]}', 'There must have at least 2 Objects in $or relationship.'],
  ['{"$or":[]}', 'There must have at least 2 Objects in $or relationship.'],
  ['{"$or":[{"a":["x"]},["b"]]}', 'Only JSON object is allowed in array of $or relationship.'],
  ['{"$or":"x"}', 'It must be an Array followed with $or.'],
  ['{"$or":[{"a":["x"]},{}]}', 'Empty objects are not allowed'],
  [
    '{"$or":[{"a":["x"]},{"b":{"prefix":["x"]}}]}',
    'prefix is Ruler reserved fieldName which cannot be used inside $or.',
  ],
  [
    '{"a":[{"wildcard":"*:*:*:*:*:event-bus/*"}]}',
    'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character',
  ],
  ['{"a":["x"]', 'Unexpected end-of-input: expected close marker for Object'],
  ['{"a":["x",]}', 'Unexpected character'],
  ['{"a":[01]}', 'Unexpected character'],
  ["{'a':['x']}", "Unexpected character (''' (code 39)): was expecting double-quote to start field name"],
  ['{"a":["x"]} {}', 'Unexpected character'],
  ['{"a":["\\q"]}', "Unrecognized character escape 'q' (code 113)"],
  ['{"a":["x\ny"]}', 'Illegal unquoted character ((CTRL-CHAR, code 10))'],
  ['', 'Filter is not an object'],
];

describe('refused patterns', () => {
  it.each(refused)('%s', (pattern, reason) => {
    expect(() => compilePattern(pattern)).toThrow(InvalidPattern);
    expect(() => compilePattern(pattern)).toThrow(`Event pattern is not valid. Reason: ${reason}`);
  });

  it('says where, in the words of AWS', () => {
    const pattern = '{"source": ["aws.health"], "detail": {}}';
    expect(() => compilePattern(pattern)).toThrow(
      `Event pattern is not valid. Reason: Empty objects are not allowed at [Source: (String)"${pattern}"; line: 1, column: 40]`,
    );
  });

  it('counts lines', () => {
    let fault: unknown;
    try {
      compilePattern('{\n  "detail": {\n    "a": [{ "numeric": [">"] }]\n  }\n}');
    } catch (error) {
      fault = error;
    }
    expect((fault as InvalidPattern).fault.where).toEqual({ line: 3, column: 29 });
    expect((fault as InvalidPattern).code).toBe('invalid-pattern');
  });

  it('shows no more than the beginning of a long pattern', () => {
    const pattern = `{"a":["${'x'.repeat(600)}"],"b":{}}`;
    expect(() => compilePattern(pattern)).toThrow(/"\[truncated \d+ chars\]; line: 1/);
  });

  it('takes an object as it takes its text', () => {
    expect(() => compilePattern({ detail: {} })).toThrow('Empty objects are not allowed');
    expect(() => compilePattern({ a: undefined })).toThrow('Empty objects are not allowed');
  });

  it(`allows ${MAX_BRANCHES} combinations of $or and no more`, () => {
    const or = (length: number) => Array.from({ length }, (_, index) => ({ a: [index] }));
    const or2 = Array.from({ length: 10 }, (_, index) => ({ b: [index] }));
    expect(compilePattern({ x: { $or: or(100) }, $or: or2 })({ x: { a: 99 }, b: 0 })).toBe(true);
    expect(() => compilePattern({ x: { $or: or(101) }, $or: or2 })).toThrow('rule combinations');
  });

  it('refuses patterns nested too deeply', () => {
    const pattern = `${'{"a":'.repeat(1100)}["x"]${'}'.repeat(1100)}`;
    expect(() => compilePattern(pattern)).toThrow('nesting depth');
  });
});

describe('events', () => {
  const test = compilePattern({ a: ['x'] });

  it.each([
    '[1]',
    '"x"',
    'null',
    '5',
    '',
    '{"a":"x"',
    '{"a":"x"} 1',
    '{"a":01}',
    '{"a":"\u0001"}',
    '{"a":"\\x"}',
    '{a:1}',
    '{"a":tru}',
    '{"a":1,}',
    '[1,]',
  ])('refuses %s', (event) => {
    expect(() => test(event)).toThrow(InvalidEvent);
  });

  it('can be parsed once for many patterns, and lose nothing', () => {
    const event = parseEvent('{"a":"y","a":"x","n":12345678901234567891}');
    expect(test(event)).toBe(true);
    expect(compilePattern({ a: ['y'] })(event)).toBe(true);
    expect(compilePattern('{"n":[12345678901234567891]}')(event)).toBe(true);
    expect(() => parseEvent('[]')).toThrow(InvalidEvent);
  });

  it('refuses lists', () => {
    expect(() => test([{ a: 'x' }])).toThrow(InvalidEvent);
  });

  it('refuses events nested too deeply rather than overflow', () => {
    const deep = `{"a":${'['.repeat(20_000)}"x"${']'.repeat(20_000)}}`;
    expect(() => test(deep)).toThrow(InvalidEvent);
    expect(() => test(JSON.parse(deep))).toThrow(InvalidEvent);
  });

  it('answers in good time for lists side by side', () => {
    const list = (name: string) => Array.from({ length: 500 }, (_, index) => ({ [name]: index, y: 0 }));
    const hard = compilePattern({
      a: { x: [{ numeric: ['>=', 0] }], y: [0] },
      b: { x: [{ numeric: ['>=', 0] }], y: [0] },
      c: { x: [{ numeric: ['>=', 0] }], y: [1] },
    });
    expect(hard({ a: list('x'), b: list('x'), c: list('x') })).toBe(false);
  });
});
