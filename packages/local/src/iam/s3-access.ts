import type { S3AccessRequest } from '../s3/index.ts';
import type { Access } from './access.ts';
import { decide, policyDocumentSchema, type Statement } from './policy.ts';

/** IAM's word on an S3 request: the role's policies and the bucket's together. */
export function authorizeS3(access: Access, request: S3AccessRequest): boolean {
  const { accessKeyId, action, bucket, bucketPolicy, resource } = request;
  // The loopback device counts as secure: a packaged bucket policy refuses what is not.
  const context = { ...request.context, 'aws:SecureTransport': 'true' };
  const statements = [...statementsOf(bucketPolicy)];
  const deployed = bucket === undefined ? undefined : access.bucketPolicies.get(bucket);
  if (deployed) statements.push(...deployed.Statement);
  const identity = accessKeyId === undefined ? undefined : access.identityOf(accessKeyId);
  if (identity) return access.isAllowed(identity, { action, resource, context }, statements);
  const anonymous = { aws: 'anonymous', account: 'anonymous' };
  return decide(statements, { principal: anonymous, action, resource, context }) === 'allow';
}

function statementsOf(document: unknown): Statement[] {
  if (document === undefined || document === null) return [];
  const parsed = policyDocumentSchema.safeParse(document);
  // What cannot be understood must not open anything.
  return parsed.success ? parsed.data.Statement : [{ Effect: 'Deny', Principal: '*' }];
}
