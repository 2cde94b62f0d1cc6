/**
 * The pattern language once more, as plainly as it can be said: the event is flattened into fields, every combination
 * of fields is tried, and values are compared by their JSON text. Slow, and made without looking at the real one.
 */
type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type Elements = [list: object, index: number][];

interface Field {
  path: string;
  value: null | boolean | number | string;
  elements: Elements;
}

export function naiveMatch(pattern: object, event: object): boolean {
  const fields = flatten(event as Json, [], []);
  return expand(pattern as Record<string, unknown>).some((branch) => matchBranch(branch, fields));
}

function flatten(value: Json, path: string[], elements: Elements): Field[] {
  if (Array.isArray(value)) {
    return value.flatMap((element, index) =>
      flatten(
        element,
        path,
        typeof element === 'object' && element !== null ? [...elements, [value, index]] : elements,
      ),
    );
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, inner]) => flatten(inner, [...path, name], elements));
  }
  return [{ path: path.join('.'), value, elements }];
}

type Branch = Record<string, unknown[]>;

function expand(pattern: Record<string, unknown>, path = '', before: Branch[] = [{}]): Branch[] {
  let branches = before;
  for (const [name, value] of Object.entries(pattern)) {
    if (name === '$or') {
      branches = (value as Record<string, unknown>[]).flatMap((one) => expand(one, path, branches));
    } else if (Array.isArray(value)) {
      branches = branches.map((branch) => ({ ...branch, [path + name]: value }));
    } else {
      branches = expand(value as Record<string, unknown>, `${path}${name}.`, branches);
    }
  }
  return branches;
}

function matchBranch(branch: Branch, fields: Field[]): boolean {
  const paths = Object.keys(branch).sort();
  const go = (index: number, elements: Elements): boolean => {
    const path = paths[index];
    if (path === undefined) return true;
    const list = branch[path]!;
    const here = fields.filter((field) => field.path === path && agree(field.elements, elements));
    const absent = list.some((one) => isDeepStrictly(one, { exists: false }));
    if (absent && here.length === 0 && go(index + 1, elements)) return true;
    return here.some(
      (field) =>
        list.some((one) => matchValue(one, field.value)) && go(index + 1, [...elements, ...field.elements]),
    );
  };
  return go(0, []);
}

function agree(some: Elements, others: Elements): boolean {
  return some.every(([list, index]) => others.every(([other, at]) => other !== list || at === index));
}

function isDeepStrictly(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function operatorOf(one: unknown): [string, unknown] {
  return typeof one === 'object' && one !== null ? Object.entries(one)[0]! : ['', one];
}

function matchValue(one: unknown, value: Field['value']): boolean {
  const [operator, operand] = operatorOf(one);
  if (operator === 'exists') return operand === true;
  if (operator === 'anything-but') return !anyOf(operand, value);
  if (operator === 'cidr') {
    const [ip, mask] = (operand as string).split('/') as [string, string];
    const wanted = bits(ip)!;
    const address = bits(value);
    return address?.length === wanted.length && address.startsWith(wanted.slice(0, Number(mask)));
  }
  if (operator === '' && bits(operand) !== undefined) return bits(value) === bits(operand);
  if (operator === '') return operand === value;
  if (operator === 'numeric') return typeof value === 'number' && inBounds(value, operand as unknown[]);
  return matchString(operator, operand, value);
}

function anyOf(operand: unknown, value: unknown): boolean {
  if (typeof operand !== 'object') return operand === value;
  if (Array.isArray(operand)) return operand.includes(value);
  const [operator, inner] = operatorOf(operand);
  return [inner].flat().some((one) => matchString(operator, one, value));
}

function matchString(operator: string, operand: unknown, value: unknown): boolean {
  if (typeof value !== 'string') return false;
  if (typeof operand === 'object') {
    const inner = caseless((operand as Record<string, string>)['equals-ignore-case']!);
    return new RegExp(operator === 'prefix' ? `^(?:${inner})` : `(?:${inner})$`, 's').test(value);
  }
  const text = operand as string;
  switch (operator) {
    case 'exactly':
      return value === text;
    case 'prefix':
      return value.slice(0, text.length) === text;
    case 'suffix':
      return value.length >= text.length && value.slice(value.length - text.length) === text;
    case 'equals-ignore-case':
      return new RegExp(`^(?:${caseless(text)})$`, 's').test(value);
    case 'wildcard':
      return new RegExp(
        `^${text.replace(/\\?./gs, (char) => (char === '*' ? '.*' : quote(char.at(-1)!)))}$`,
        's',
      ).test(value);
    default:
      throw new Error(operator);
  }
}

function caseless(text: string): string {
  return Array.from(text, (char) => `(?:${quote(char.toLowerCase())}|${quote(char.toUpperCase())})`).join('');
}

function quote(text: string): string {
  return text.replace(/[^\p{L}\p{N}]/gu, '\\$&');
}

function inBounds(value: number, terms: unknown[]): boolean {
  if (terms.length === 0) return true;
  const [operator, bound, ...rest] = terms as [string, number, ...unknown[]];
  const holds = {
    '=': value === bound,
    '<': value < bound,
    '<=': value <= bound,
    '>': value > bound,
    '>=': value >= bound,
  };
  return holds[operator as '='] && inBounds(value, rest);
}

/** An address as a string of bits; of version 6 only what the generator makes. */
function bits(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined;
  if (/^\d+\.\d+\.\d+\.\d+$/.test(text)) {
    return text
      .split('.')
      .map((octet) => Number(octet).toString(2).padStart(8, '0'))
      .join('');
  }
  const v6 = /^([\da-f]+)::([\da-f]+)$/.exec(text);
  return v6
    ? [v6[1]!, v6[2]!]
        .map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0'))
        .join('0'.repeat(96))
    : undefined;
}
