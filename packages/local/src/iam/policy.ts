import * as z from 'zod';

const strings = z.union([z.string(), z.array(z.string())]);
const principal = z.union([z.literal('*'), z.record(z.string(), strings)]);
const conditionValue = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.array(z.union([z.string(), z.number(), z.boolean()])),
]);

const statementSchema = z
  .strictObject({
    Sid: z.string().optional(),
    Effect: z.enum(['Allow', 'Deny']),
    Principal: principal.optional(),
    NotPrincipal: principal.optional(),
    Action: strings.optional(),
    NotAction: strings.optional(),
    Resource: strings.optional(),
    NotResource: strings.optional(),
    Condition: z.record(z.string(), z.record(z.string(), conditionValue)).optional(),
  })
  .superRefine((statement, context) => {
    for (const operator of Object.keys(statement.Condition ?? {})) {
      if (!parseOperator(operator)) {
        context.addIssue({
          code: 'custom',
          path: ['Condition', operator],
          message: `Condition operator ${operator} is not there`,
        });
      }
    }
  });

/** An IAM policy document: identity policies, bucket policies, queue policies. */
export const policyDocumentSchema = z.strictObject({
  Version: z.enum(['2012-10-17', '2008-10-17']).optional(),
  Id: z.string().optional(),
  Statement: z.preprocess((given) => (Array.isArray(given) ? given : [given]), z.array(statementSchema)),
});

export type PolicyDocument = z.infer<typeof policyDocumentSchema>;
export type Statement = PolicyDocument['Statement'][number];

/** Who asks: a user or role by ARN, or an AWS service by its host name. */
export type Principal = { aws: string; account: string } | { service: string };

export interface AccessRequest {
  principal: Principal;
  /** `s3:GetObject` */
  action: string;
  /** ARN */
  resource: string;
  /** Condition keys: `aws:SourceArn`, `s3:prefix`, ... */
  context?: Readonly<Record<string, string | undefined>>;
}

export type Decision = 'allow' | 'deny' | 'none';

/**
 * What the statements say of a request: an explicit `deny` wins, then `allow`; `none` if no statement speaks of it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function decide(statements: Iterable<Statement>, request: AccessRequest): Decision {
  let decision: Decision = 'none';
  for (const statement of statements) {
    if (!applies(statement, request)) continue;
    if (statement.Effect === 'Deny') return 'deny';
    decision = 'allow';
  }
  return decision;
}

function applies(statement: Statement, request: AccessRequest): boolean {
  return (
    (statement.Principal === undefined || matchesPrincipal(statement.Principal, request.principal)) &&
    (statement.NotPrincipal === undefined || !matchesPrincipal(statement.NotPrincipal, request.principal)) &&
    (statement.Action === undefined || matchesAny(statement.Action, request.action, true)) &&
    (statement.NotAction === undefined || !matchesAny(statement.NotAction, request.action, true)) &&
    (statement.Resource === undefined || matchesAny(statement.Resource, request.resource, false)) &&
    (statement.NotResource === undefined || !matchesAny(statement.NotResource, request.resource, false)) &&
    Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
      Object.entries(keys).every(([key, expected]) => holds(operator, contextValue(request, key), expected)),
    )
  );
}

function matchesPrincipal(stated: NonNullable<Statement['Principal']>, asking: Principal): boolean {
  if (stated === '*') return true;
  if ('service' in asking) return listOf(stated.Service).includes(asking.service);
  return listOf(stated.AWS).some(
    (one) =>
      one === '*' ||
      one === asking.aws ||
      one === asking.account ||
      one === `arn:aws:iam::${asking.account}:root`,
  );
}

function matchesAny(patterns: string | string[], value: string, ignoreCase: boolean): boolean {
  return listOf(patterns).some((pattern) =>
    ignoreCase
      ? matchesWildcard(pattern.toLowerCase(), value.toLowerCase())
      : matchesWildcard(pattern, value),
  );
}

const ANY = Symbol('any run of characters');
const ONE = Symbol('any one character');

/** `${*}`, `${?}` and `${$}` are the characters themselves (IAM User Guide, "Policy variables"). */
function tokensOf(pattern: string): (string | symbol)[] {
  return (pattern.match(/\$\{[*?$]\}|./gs) ?? []).map((token) =>
    token === '*' ? ANY : token === '?' ? ONE : token.length > 1 ? token.charAt(2) : token,
  );
}

/** `*` is any run of characters, `?` any one. Linear in the length of the text for each star: no backtracking over stars. */
export function matchesWildcard(stated: string, text: string): boolean {
  const pattern = tokensOf(stated);
  let p = 0;
  let t = 0;
  let star = -1;
  let mark = 0;
  while (t < text.length) {
    if (pattern[p] === ANY) {
      star = p++;
      mark = t;
    } else if (p < pattern.length && (pattern[p] === ONE || pattern[p] === text[t])) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++mark;
    } else return false;
  }
  while (pattern[p] === ANY) p++;
  return p === pattern.length;
}

/** Condition keys are case-insensitive. */
function contextValue(request: AccessRequest, key: string): string | undefined {
  const wanted = key.toLowerCase();
  for (const [name, value] of Object.entries(request.context ?? {})) {
    if (name.toLowerCase() === wanted) return value;
  }
  return undefined;
}

const comparisons: Record<string, (actual: string, expected: string) => boolean> = {
  StringEquals: (a, e) => a === e,
  StringEqualsIgnoreCase: (a, e) => a.toLowerCase() === e.toLowerCase(),
  StringLike: (a, e) => matchesWildcard(e, a),
  // AWS treats both the same, wildcards included.
  ArnEquals: (a, e) => matchesWildcard(e, a),
  ArnLike: (a, e) => matchesWildcard(e, a),
  Bool: (a, e) => a.toLowerCase() === e.toLowerCase(),
  NumericEquals: (a, e) => Number(a) === Number(e),
  NumericLessThan: (a, e) => Number(a) < Number(e),
  NumericLessThanEquals: (a, e) => Number(a) <= Number(e),
  NumericGreaterThan: (a, e) => Number(a) > Number(e),
  NumericGreaterThanEquals: (a, e) => Number(a) >= Number(e),
};

interface Operator {
  compare: (actual: string, expected: string) => boolean;
  negated: boolean;
  ifExists: boolean;
}

function parseOperator(name: string): Operator | 'Null' | undefined {
  if (name === 'Null') return 'Null';
  const ifExists = name.endsWith('IfExists');
  const base = ifExists ? name.slice(0, -'IfExists'.length) : name;
  const negated = /^(String|Arn|Numeric)Not/.test(base);
  const compare = comparisons[negated ? base.replace('Not', '') : base];
  return compare && { compare, negated, ifExists };
}

function holds(
  operatorName: string,
  actual: string | undefined,
  expected: z.infer<typeof conditionValue>,
): boolean {
  const operator = parseOperator(operatorName);
  if (!operator) return false;
  const values = (Array.isArray(expected) ? expected : [expected]).map(String);
  if (operator === 'Null') return values.includes(String(actual === undefined));
  // A missing key fails a positive test and passes a negated one.
  if (actual === undefined) return operator.ifExists || operator.negated;
  const any = values.some((value) => operator.compare(actual, value));
  return operator.negated ? !any : any;
}

function listOf(value: string | string[] | undefined): string[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}
