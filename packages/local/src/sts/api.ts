import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { AwsError } from '../errors.ts';
import { escapeXml, sendXml } from '../http/exchange.ts';
import type { Identity } from '../iam/access.ts';

const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/';

/** STS over the query protocol: GetCallerIdentity. @throws AwsError */
export function handleSts(action: string, response: ServerResponse, caller: Identity): void {
  if (action !== 'GetCallerIdentity') {
    throw new AwsError('InvalidAction', `STS ${action} is not there in the local AWS`);
  }
  const { aws: arn } = caller.principal;
  const account = 'account' in caller.principal ? caller.principal.account : '';
  sendXml(
    response,
    200,
    `<GetCallerIdentityResponse xmlns="${namespace}"><GetCallerIdentityResult><Arn>${escapeXml(arn)}</Arn>` +
      `<UserId>${escapeXml(caller.userId)}</UserId><Account>${escapeXml(account)}</Account></GetCallerIdentityResult>` +
      `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></GetCallerIdentityResponse>`,
  );
}
