import * as z from 'zod';
import { policyDocumentSchema } from '../../iam/policy.ts';
import { defineKind, text } from '../resource-kind.ts';

const properties = z.strictObject({ Bucket: text(), PolicyDocument: policyDocumentSchema });

export const s3BucketPolicy = defineKind<z.infer<typeof properties>>({
  type: 'AWS::S3::BucketPolicy',
  properties,
  identify({ Bucket }) {
    return { ref: Bucket, attributes: {} };
  },
  put({ properties: { Bucket, PolicyDocument } }, { access }) {
    access.bucketPolicies.set(Bucket, PolicyDocument);
  },
  remove({ properties: { Bucket } }, { access }) {
    access.bucketPolicies.delete(Bucket);
  },
});
