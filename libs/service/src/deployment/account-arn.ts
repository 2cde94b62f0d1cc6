/** The ARN of what a service of AWS has in the account and region that a template is deployed to. */
export function accountArn(service: string, resource: string): { 'Fn::Join': unknown[] } {
  const [partition, region, account] = ['Partition', 'Region', 'AccountId'].map((name) => ({
    Ref: `AWS::${name}`,
  }));
  return { 'Fn::Join': [':', ['arn', partition, service, region, account, resource]] };
}
