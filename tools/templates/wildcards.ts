/** A wildcard in a policy of a template. */
export interface Wildcard {
  /** Logical id of the resource whose policy it is, or that it is attached to. */
  resource: string;
  /** `Action` or `Resource`, as a policy has them. */
  member: string;
  /** The value with its intrinsic functions as JSON. */
  value: string;
}

/** Wildcards that may stand, each for a reason. */
export const ALLOWED: readonly { what: string; why: string; matches(wildcard: Wildcard): boolean }[] = [
  {
    what: 'objects under a prefix of one bucket',
    why: 'keys are not known beforehand, and S3 has no other way to name a prefix',
    matches: ({ member, value }) =>
      member === 'Resource' && /:s3:::[^*/"]+\/(?:[^*"]|\$\{\*\})*\*"?/.test(value) && trailing(value),
  },
  {
    what: 'the log streams of a log group',
    why: 'Lambda makes up their names',
    matches: ({ member, value }) =>
      member === 'Resource' && /log-group:\/aws\/lambda\/[^*"]+:\*(?::\*)?"?/.test(value),
  },
  {
    what: "rules, and functions of a stage, for the ledger's API",
    why: 'it replays any step, and they are deployed apart from it',
    matches: ({ resource, member, value }) =>
      resource === 'ApiRole' && member === 'Resource' && /:(?:events|lambda):[^*]*\*"\}$/.test(value),
  },
  {
    what: "queues of dead letters of a stage, for the ledger's API",
    why: 'they are of whatever services and chains, and CloudFormation makes up how their names end',
    matches: ({ resource, member, value }) =>
      resource === 'ApiRole' &&
      member === 'Resource' &&
      /:tributary-\*-[^*]+-(?:Undelivered|DeadLetter)Queue-\*"\}$/.test(value),
  },
  {
    what: "the names of rules and queues, for the ledger's API",
    why: 'events:ListRules and sqs:ListQueues are granted on everything or not at all',
    matches: ({ resource, member, value }) =>
      resource === 'ApiRole' && member === 'Resource' && value === '"*"',
  },
  {
    what: "rejected rows, for the ledger's API",
    why: 'they lie below any prefix of the buckets that --param=rejectsBuckets names',
    matches: ({ resource, member, value }) =>
      resource === 'ApiRole' && member === 'Resource' && /:s3:::[^*/]+\/\*_rejects\/\*"\}$/.test(value),
  },
];

/** Nothing but the end of the path is a wildcard. */
function trailing(value: string): boolean {
  const bare = value.replaceAll(`\${*}`, '');
  return bare.split('*').length === 2 && /\*"?\]?\]?\}?$/.test(bare);
}

interface Statement {
  Effect?: unknown;
  Action?: unknown;
  Resource?: unknown;
  NotAction?: unknown;
  NotResource?: unknown;
}

/** Finds the policies in a template, wherever they stand, and the wildcards in what they allow that no reason covers. */
export function findWildcards(template: { Resources?: Record<string, unknown> }): Wildcard[] {
  return Object.entries(template.Resources ?? {}).flatMap(([resource, body]) =>
    [...statementsIn(body)].flatMap((statement) => wildcardsOf(resource, statement)),
  );
}

function* statementsIn(value: unknown): Iterable<Statement> {
  if (typeof value !== 'object' || value === null) return;
  if ('Effect' in value && ('Action' in value || 'NotAction' in value)) yield value;
  else for (const inner of Object.values(value)) yield* statementsIn(inner);
}

function wildcardsOf(resource: string, statement: Statement): Wildcard[] {
  // What a Deny covers can only be too little.
  if (statement.Effect === 'Deny') return [];
  const negated = (['NotAction', 'NotResource'] as const)
    .filter((member) => member in statement)
    .map((member) => ({ resource, member, value: JSON.stringify(statement[member]) }));
  const stated = (['Action', 'Resource'] as const).flatMap((member) =>
    [statement[member] ?? []].flat().map((one) => ({ resource, member, value: JSON.stringify(one) })),
  );
  const open = stated.filter(
    (wildcard) => wildcard.value.includes('*') && !ALLOWED.some((one) => one.matches(wildcard)),
  );
  return [...negated, ...open];
}
