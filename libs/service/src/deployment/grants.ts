import { companionFolders } from '../places.ts';

/** An IAM statement as Serverless takes it. */
export interface Statement {
  Effect: 'Allow';
  Action: string[];
  Resource: unknown[];
}

/**
 * What a step may do with data: read one prefix, write another, and take back its own quarantine files and schemas. Where
 * its output may be several objects, which ones changes from run to run: then it may take back those too. It may list
 * nothing, so S3 answers 403 instead of 404 for what is not there; the service reads that right.
 */
export function dataGrants(
  source: { bucket: string; prefix: string },
  output: { bucket: string; prefix: string },
  { writesParts = false } = {},
): Statement[] {
  const { rejects, schemas } = companionFolders;
  const removable = writesParts ? [''] : [rejects, schemas];
  return [
    {
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:GetObjectVersion'],
      Resource: [objectsArn(source.bucket, source.prefix)],
    },
    {
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload'],
      Resource: [objectsArn(output.bucket, output.prefix)],
    },
    {
      Effect: 'Allow',
      Action: ['s3:DeleteObject'],
      Resource: removable.map((folder) => objectsArn(output.bucket, output.prefix + folder)),
    },
  ];
}

/** The ARN of all objects under a prefix. A `*`, `?` or `$` in the prefix itself is meant as it stands. */
export function objectsArn(bucket: string, prefix: string): unknown {
  const literal = prefix.replaceAll(/[*?$]/g, (wildcard) => `\${${wildcard}}`);
  return { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:s3:::${bucket}/${literal}*`]] };
}
