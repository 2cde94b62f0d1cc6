import { createHash, randomBytes } from 'node:crypto';
import { AwsError } from '../errors.ts';
import type { Place } from '../place.ts';
import { type AccessRequest, decide, type PolicyDocument, type Principal, type Statement } from './policy.ts';

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** Whoever holds a key: the local user, who may do everything, or a function under its role. */
export interface Identity {
  credentials: Credentials;
  principal: Principal & { aws: string };
  /** STS `UserId` */
  userId: string;
  /** Absent: the local user, bound by no policy of its own. */
  roleName?: string;
}

export interface Role {
  name: string;
  arn: string;
  id: string;
  /** Inline policies by name. */
  policies: Map<string, PolicyDocument>;
  assumeRolePolicy: PolicyDocument;
}

/** Roles, the keys given out under them, and what they may do. */
export class Access {
  readonly roles = new Map<string, Role>();
  readonly localUser: Identity;
  readonly bucketPolicies = new Map<string, PolicyDocument>();
  #identities = new Map<string, Identity>();
  #place: Place;

  constructor(place: Place, user: Credentials) {
    this.#place = place;
    this.localUser = {
      credentials: user,
      principal: {
        aws: `arn:${place.partition}:iam::${place.accountId}:user/local`,
        account: place.accountId,
      },
      userId: 'AIDALOCALUSER',
    };
    this.#identities.set(user.accessKeyId, this.localUser);
  }

  /** The identity behind an access key, or undefined. */
  identityOf(accessKeyId: string): Identity | undefined {
    return this.#identities.get(accessKeyId);
  }

  /** Temporary keys for a function's process, as Lambda gets them by assuming the role. */
  issueKeys(role: Role, sessionName: string): Identity {
    const accessKeyId = `ASIA${createHash('sha256').update(randomBytes(32)).digest('hex').slice(0, 16).toUpperCase()}`;
    const identity: Identity = {
      credentials: {
        accessKeyId,
        secretAccessKey: randomBytes(30).toString('base64'),
        sessionToken: randomBytes(48).toString('base64'),
      },
      principal: {
        aws: `arn:${this.#place.partition}:sts::${this.#place.accountId}:assumed-role/${role.name}/${sessionName}`,
        account: this.#place.accountId,
      },
      userId: `${role.id}:${sessionName}`,
      roleName: role.name,
    };
    this.#identities.set(accessKeyId, identity);
    return identity;
  }

  revokeKeys(identity: Identity): void {
    this.#identities.delete(identity.credentials.accessKeyId);
  }

  roleByArn(arn: string): Role | undefined {
    for (const role of this.roles.values()) if (role.arn === arn) return role;
    return undefined;
  }

  /**
   * Whether an identity may do something: its role's policies and the resource's own policy together.
   * @param resourcePolicy statements attached to the resource (bucket, queue), if it has any
   */
  isAllowed(
    identity: Identity,
    request: Omit<AccessRequest, 'principal'>,
    resourcePolicy: Iterable<Statement> = [],
  ): boolean {
    const asked = { ...request, principal: this.#principalOf(identity) };
    const byResource = decide(resourcePolicy, asked);
    if (byResource === 'deny') return false;
    if (!identity.roleName) return true;
    const role = this.roles.get(identity.roleName);
    const byIdentity = role ? decide(statementsOf(role), asked) : 'none';
    return byIdentity !== 'deny' && (byIdentity === 'allow' || byResource === 'allow');
  }

  /** Whether a service may do something under a role, by the role's own policies. */
  roleMay(role: Role, request: Omit<AccessRequest, 'principal'>): boolean {
    const principal = { aws: role.arn, account: this.#place.accountId };
    return decide(statementsOf(role), { ...request, principal }) === 'allow';
  }

  /** @throws AwsError AccessDeniedException, worded as AWS words it. */
  demand(
    identity: Identity,
    request: Omit<AccessRequest, 'principal'>,
    resourcePolicy?: Iterable<Statement>,
  ): void {
    if (this.isAllowed(identity, request, resourcePolicy)) return;
    throw new AwsError(
      'AccessDeniedException',
      `User: ${identity.principal.aws} is not authorized to perform: ${request.action} on resource: ${request.resource} because no identity-based policy allows the ${request.action} action`,
    );
  }

  // Policies name the role, requests carry the session; AWS lets a policy name either.
  #principalOf(identity: Identity): Principal {
    const role = identity.roleName && this.roles.get(identity.roleName);
    return role ? { aws: role.arn, account: this.#place.accountId } : identity.principal;
  }
}

function* statementsOf(role: Role): Iterable<Statement> {
  for (const policy of role.policies.values()) yield* policy.Statement;
}

export function roleArn(place: Place, path: string, name: string): string {
  return `arn:${place.partition}:iam::${place.accountId}:role${path}${name}`;
}
