import { BadOptions, type Converter, type SharedOptions } from '@tributary/codec';
import { companionFolders } from '../places.ts';

/** An IAM statement as Serverless takes it. */
export interface Statement {
  Effect: 'Allow';
  Action: string[];
  Resource: unknown[];
  Condition?: Record<string, Record<string, string>>;
}

/** What a step does with data beside reading one prefix and writing another. */
export interface DataNeeds {
  /** Its output may be several objects. */
  writesParts?: boolean;
  /** It attaches documents. */
  documents?: boolean;
  /** Its output is its input: it writes no data. */
  passesOn?: boolean;
  /** An invocation may leave its work to another. */
  resumes?: boolean;
  /** Other objects that it reads, as `s3://bucket/key`. */
  references?: readonly string[];
}

/** What a converter needs under these options. */
export function needsOf<Options extends SharedOptions>(
  converter: Converter<Options>,
  options: Options,
): DataNeeds {
  return {
    // Under other options it may have written several objects before.
    writesParts: converter.writesParts !== undefined,
    documents: converter.documents !== undefined,
    passesOn: converter.passesOn?.(options) ?? false,
    resumes: converter.resumes !== undefined,
    references: Object.values(converter.references?.(options) ?? {}),
  };
}

/**
 * What a step may do with data: read one prefix, write another, and take back its own quarantine files, schemas and
 * documents. Where its output may be several objects, which ones changes from run to run: then it may take back those too;
 * where it writes no data, it may write no more than what lies beside it. It may list nothing, so S3 answers 403 instead of
 * 404 for what is not there; the service reads that right.
 */
export function dataGrants(
  source: { bucket: string; prefix: string },
  output: { bucket: string; prefix: string },
  {
    writesParts = false,
    documents = false,
    passesOn = false,
    resumes = false,
    references = [],
  }: DataNeeds = {},
): Statement[] {
  const { rejects, schemas, reports, passed, memory, handovers } = companionFolders;
  const beside = [rejects, schemas, ...(documents ? [reports] : []), ...(resumes ? [handovers] : [])];
  const removable = writesParts ? [''] : beside;
  const writable = passesOn ? [...beside, passed, memory] : [''];
  return [
    {
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:GetObjectVersion'],
      Resource: [objectsArn(source.bucket, source.prefix)],
    },
    {
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload'],
      Resource: writable.map((folder) => objectsArn(output.bucket, output.prefix + folder)),
    },
    {
      Effect: 'Allow',
      Action: ['s3:DeleteObject'],
      Resource: removable.map((folder) => objectsArn(output.bucket, output.prefix + folder)),
    },
    ...(references.length === 0
      ? []
      : [
          {
            Effect: 'Allow' as const,
            Action: ['s3:GetObject', 's3:GetObjectVersion'],
            Resource: references.map((place) => objectArn(place)),
          },
        ]),
  ];
}

/** The ARN of a KMS key: IAM grants nothing by an alias. */
export const keyArn = /^arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+$/;

/** What reading and writing objects takes under a KMS key: uploads in parts decrypt, too. */
export function keyGrant(kmsKey: string): Statement {
  return { Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: [kmsKey] };
}

/** The ARN of `s3://bucket/key`. @throws {BadOptions} `reference-unusable` */
function objectArn(place: string): unknown {
  const [, path] = /^s3:\/\/([^/]+\/.+)$/s.exec(place) ?? [];
  if (path === undefined)
    throw new BadOptions({
      code: 'reference-unusable',
      what: 'A service cannot read what a reference names',
      expected: 's3://BUCKET/KEY',
      got: place,
      where: { pointer: '/references' },
    });
  return { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:s3:::${escapeWildcards(path)}`]] };
}

/** The ARN of all objects under a prefix. A `*`, `?` or `$` in the prefix itself is meant as it stands. */
export function objectsArn(bucket: string, prefix: string): unknown {
  const path = `${bucket}/${escapeWildcards(prefix)}*`;
  return { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:s3:::${path}`]] };
}

function escapeWildcards(text: string): string {
  return text.replaceAll(/[*?$]/g, (wildcard) => `\${${wildcard}}`);
}
