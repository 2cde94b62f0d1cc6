import { comparableNumber } from './comparable-number.ts';
import type { Alternative, Bound, StringTest } from './field-test.ts';
import { parseIgnoreCase } from './ignore-case.ts';
import { addressDigits, cidrRange } from './ip-address.ts';
import type { JsonReader, Token } from './json-reader.ts';
import { refuse, refuseWithoutPlace } from './refusal.ts';
import { parseWildcard } from './wildcard.ts';

/** The alternative that one scalar of a field's list stands for. */
export function scalarAlternative(token: Token, text: string): Alternative {
  if (token === 'string') {
    const digits = addressDigits(text);
    if (digits !== undefined) return { kind: 'address', range: { bottom: digits, top: digits } };
    return { kind: 'string', test: { kind: 'exact', text } };
  }
  const value = token === 'number' ? comparableNumber(text) : undefined;
  return value === undefined ? { kind: 'literal', text } : { kind: 'number', value };
}

/** Parses `{"operator": operand}`; the reader stands on its `{` and is left on its `}`. */
export function readMatchExpression(reader: JsonReader): Alternative {
  if (reader.next() !== 'name') refuse(reader, 'Match expression name not found');
  const operator = reader.text;
  switch (operator) {
    case 'exactly':
      return only(reader, stringAlternative({ kind: 'exact', text: operandText(reader, 'exact') }));
    case 'prefix':
    case 'suffix':
      return readAffix(reader, operator);
    case 'equals-ignore-case':
      return only(
        reader,
        stringAlternative({
          kind: 'ignore-case',
          forms: parseIgnoreCase(operandText(reader, operator)),
          where: 'all',
        }),
      );
    case 'wildcard':
      return only(reader, stringAlternative(wildcardTest(reader, operandText(reader, operator))));
    case 'numeric':
      return readNumeric(reader);
    case 'anything-but':
      return readAnythingBut(reader);
    case 'exists':
      return readExists(reader);
    case 'cidr': {
      // AWS says "prefix" here too.
      const operand = operandText(reader, 'prefix');
      const range = attempt(() => cidrRange(operand), refuseWithoutPlace);
      return only(reader, { kind: 'address', range });
    }
    default:
      return refuse(reader, `Unrecognized match type ${operator}`);
  }
}

function stringAlternative(test: StringTest): Alternative {
  return { kind: 'string', test };
}

function operandText(reader: JsonReader, named: string): string {
  if (reader.next() !== 'string') refuse(reader, `${named} match pattern must be a string`);
  return reader.text;
}

/** Closes the expression around an operand. */
function only<Value>(reader: JsonReader, value: Value): Value {
  if (reader.next() !== '}') refuse(reader, 'Only one key allowed in match expression');
  return value;
}

function readAffix(reader: JsonReader, operator: 'prefix' | 'suffix'): Alternative {
  const token = reader.next();
  if (token === 'string') return only(reader, stringAlternative({ kind: operator, text: reader.text }));
  if (token !== '{') refuse(reader, `${operator} match pattern must be a string`);
  const title = operator === 'prefix' ? 'Prefix' : 'Suffix';
  if (reader.next() !== 'name') refuse(reader, `${title} expression name not found`);
  if (reader.text !== 'equals-ignore-case') refuse(reader, `Unsupported ${operator} pattern: ${reader.text}`);
  const forms = parseIgnoreCase(operandText(reader, 'equals-ignore-case'));
  const where = operator === 'prefix' ? 'start' : 'end';
  return only(reader, only(reader, stringAlternative({ kind: 'ignore-case', forms, where })));
}

function wildcardTest(reader: JsonReader, operand: string): StringTest {
  return {
    kind: 'wildcard',
    pieces: attempt(
      () => parseWildcard(operand),
      (what) => refuse(reader, what),
    ),
  };
}

function readExists(reader: JsonReader): Alternative {
  const token = reader.next();
  if (token !== 'true' && token !== 'false')
    refuse(reader, 'exists match pattern must be either true or false.');
  return only(reader, { kind: token === 'true' ? 'exists' : 'absent' });
}

const MAX: Bound = { value: Number.MAX_VALUE, open: false };
const MIN: Bound = { value: -Number.MAX_VALUE, open: false };

function readNumeric(reader: JsonReader): Alternative {
  if (reader.next() !== '[') refuse(reader, 'Value of numeric must be an array.');
  if (reader.next() !== 'string') refuse(reader, `Invalid member in numeric match: ${reader.text}`);
  const operator = reader.text;
  if (!['=', '>', '>=', '<', '<='].includes(operator)) {
    reader.next();
    refuse(reader, `Unrecognized numeric range operator: ${operator}`);
  }
  const lexeme = numericOperand(reader, operator === '=' ? 'equals' : operator);
  const afterFirst = reader.next();
  let parsed: Alternative;
  if (operator === '>' || operator === '>=') {
    const upper = afterFirst === ']' ? undefined : readUpperBound(reader, afterFirst);
    const bottom = { value: comparable(reader, lexeme), open: operator === '>' };
    const top = upper === undefined ? MAX : { value: comparable(reader, upper.lexeme), open: upper.open };
    if (upper !== undefined && !(bottom.value < top.value)) refuse(reader, 'Bottom must be less than top');
    parsed = { kind: 'number-range', bottom, top };
  } else {
    if (afterFirst !== ']') tooMany(reader);
    const value = comparable(reader, lexeme);
    parsed =
      operator === '='
        ? { kind: 'number', value }
        : { kind: 'number-range', bottom: MIN, top: { value, open: operator === '<' } };
  }
  if (reader.next() !== '}') tooMany(reader);
  return parsed;
}

function readUpperBound(reader: JsonReader, token: Token): { lexeme: string; open: boolean } {
  if (token !== 'string') refuse(reader, `Bad value in numeric range: ${reader.text}`);
  const operator = reader.text;
  if (operator !== '<' && operator !== '<=') refuse(reader, `Bad numeric range operator: ${operator}`);
  const lexeme = numericOperand(reader, operator);
  if (reader.next() !== ']') refuse(reader, 'Too many terms in numeric range expression');
  return { lexeme, open: operator === '<' };
}

function numericOperand(reader: JsonReader, named: string): string {
  if (reader.next() !== 'number') refuse(reader, `Value of ${named} must be numeric`);
  return reader.text;
}

function comparable(reader: JsonReader, lexeme: string): number {
  return comparableNumber(lexeme) ?? refuse(reader, `Cannot compare number : ${lexeme}`);
}

function tooMany(reader: JsonReader): never {
  return refuse(reader, 'Too many elements in numeric expression');
}

type Excluded = 'equals-ignore-case' | 'prefix' | 'suffix' | 'wildcard';

function readAnythingBut(reader: JsonReader): Alternative {
  let token = reader.next();
  let operator: Excluded | undefined;
  if (token === '{') {
    if (reader.next() !== 'name') refuse(reader, 'Anything-But expression name not found');
    operator = excludedOperator(reader);
    token = reader.next();
  }
  if (token !== '[' && token !== 'string' && token !== 'number') {
    refuse(reader, 'Value of anything-but must be an array or single string/number value.');
  }
  const parsed =
    operator !== undefined
      ? readExcludedTests(reader, token, operator)
      : token === '['
        ? readExcludedList(reader)
        : noneOf([{ token, text: reader.text }], reader);
  if (reader.next() !== '}') tooMany(reader);
  if (operator !== undefined && reader.next() !== '}') tooMany(reader);
  return parsed;
}

function excludedOperator(reader: JsonReader): Excluded {
  const operator = reader.text;
  switch (operator) {
    case 'equals-ignore-case':
    case 'prefix':
    case 'suffix':
    case 'wildcard':
      return operator;
    default:
      return refuse(reader, `Unsupported anything-but pattern: ${operator}`);
  }
}

function readExcludedList(reader: JsonReader): Alternative {
  const items: { token: Token; text: string }[] = [];
  for (let token = reader.next(); token !== ']'; token = reader.next()) {
    if (token !== 'string' && token !== 'number') {
      refuse(reader, 'Inside anything but list, start|null|boolean is not supported.');
    }
    items.push({ token, text: reader.text });
  }
  if (items.length === 0 || items.some(({ token }) => token !== items[0]!.token)) {
    refuse(
      reader,
      'Inside anything but list, either all values are number or string, mixed type is not supported',
    );
  }
  return noneOf(items, reader);
}

/** All items are strings, or all are numbers. */
function noneOf(items: readonly { token: Token; text: string }[], reader: JsonReader): Alternative {
  return items[0]?.token === 'number'
    ? { kind: 'none-of-numbers', values: items.map(({ text }) => comparable(reader, text)) }
    : { kind: 'none-of-strings', tests: items.map(({ text }) => ({ kind: 'exact', text })) };
}

function readExcludedTests(reader: JsonReader, token: Token, operator: Excluded): Alternative {
  const tests: StringTest[] = [];
  if (token !== '[') {
    tests.push(readExcludedTest(reader, token, operator));
  } else {
    for (let item = reader.next(); item !== ']'; item = reader.next()) {
      tests.push(readExcludedTest(reader, item, operator));
    }
    // event-ruler lets this through and fails when the rule is added; nothing could be meant by it.
    if (tests.length === 0) refuse(reader, 'Empty arrays are not allowed');
  }
  return { kind: 'none-of-strings', tests };
}

function readExcludedTest(reader: JsonReader, token: Token, operator: Excluded): StringTest {
  switch (operator) {
    case 'equals-ignore-case':
      if (token !== 'string') {
        refuse(
          reader,
          'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.',
        );
      }
      return { kind: 'ignore-case', forms: parseIgnoreCase(reader.text), where: 'all' };
    case 'wildcard':
      if (token !== 'string') refuse(reader, 'wildcard match pattern must be a string');
      return wildcardTest(reader, reader.text);
    case 'prefix':
    case 'suffix':
      if (token !== 'string') refuse(reader, 'prefix/suffix match pattern must be a string');
      if (reader.text === '') refuse(reader, 'Null prefix/suffix not allowed');
      return { kind: operator, text: reader.text };
  }
}

/** Runs a parser that throws plain errors and turns them into refusals. */
function attempt<Value>(parse: () => Value, refuseWith: (what: string) => never): Value {
  try {
    return parse();
  } catch (error) {
    return refuseWith((error as Error).message);
  }
}
