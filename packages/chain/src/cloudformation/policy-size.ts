/** What intrinsic functions of our policies come to, at their longest. */
const longestPartition = 'aws-us-gov';
const longestBucket = '-'.repeat(63);

/** Characters of a policy as IAM counts them: of its JSON without white space, where what is not known yet is as long as it may be. */
export function policyCharacters(document: unknown): number {
  return JSON.stringify(filled(document)).length;
}

function filled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(filled);
  if (typeof value !== 'object' || value === null) return value;
  if ('Ref' in value) return value.Ref === 'AWS::Partition' ? longestPartition : longestBucket;
  if ('Fn::Join' in value) {
    const [separator, parts] = value['Fn::Join'] as [string, unknown[]];
    return parts.map(filled).join(separator);
  }
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, filled(inner)]));
}
