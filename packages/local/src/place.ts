/** Account, region and address that everything in one local AWS shares. */
export interface Place {
  accountId: string;
  region: string;
  partition: string;
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  endpoint: string;
}

/** @example `arnOf(place, 'sqs', 'orders')` is `arn:aws:sqs:us-east-1:000000000000:orders` */
export function arnOf(place: Place, service: string, resource: string): string {
  return `arn:${place.partition}:${service}:${place.region}:${place.accountId}:${resource}`;
}

/** The parts of an ARN, or undefined if it is none. */
export function parseArn(
  arn: string,
): { service: string; region: string; account: string; resource: string } | undefined {
  const match = /^arn:[^:]+:([^:]+):([^:]*):([^:]*):(.+)$/s.exec(arn);
  if (!match) return undefined;
  const [, service = '', region = '', account = '', resource = ''] = match;
  return { service, region, account, resource };
}
