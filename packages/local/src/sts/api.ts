import type { ServerResponse } from 'node:http';
import { AwsError } from '../errors.ts';
import { sendQueryResult } from '../http/query-protocol.ts';
import type { Identity } from '../iam/access.ts';

const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/';

/** STS over the query protocol: GetCallerIdentity. @throws AwsError */
export function handleSts(action: string, response: ServerResponse, caller: Identity): void {
  if (action !== 'GetCallerIdentity') {
    throw new AwsError('InvalidAction', `STS ${action} is not there in the local AWS`);
  }
  const { aws: arn } = caller.principal;
  const account = 'account' in caller.principal ? caller.principal.account : '';
  sendQueryResult(response, namespace, action, { Arn: arn, UserId: caller.userId, Account: account });
}
