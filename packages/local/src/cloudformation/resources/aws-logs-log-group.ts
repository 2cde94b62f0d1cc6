import * as z from 'zod';
import { defineKind, flag, integer, tags, text } from '../resource-kind.ts';

const properties = z.strictObject({
  LogGroupName: text().optional(),
  RetentionInDays: integer(1, 3653).optional(),
  LogGroupClass: text().optional(),
  KmsKeyId: text().optional(),
  DeletionProtectionEnabled: flag().optional(),
  Tags: tags(),
});

/** Accepted: a function's log is a file, kept up to a size and not for days. */
export const logsLogGroup = defineKind<z.infer<typeof properties>>({
  type: 'AWS::Logs::LogGroup',
  properties,
  identify({ LogGroupName }, { place, generate }) {
    const name = LogGroupName ?? generate(512);
    return {
      ref: name,
      attributes: {
        Arn: `arn:${place.partition}:logs:${place.region}:${place.accountId}:log-group:${name}:*`,
      },
    };
  },
  put() {},
  remove() {},
});
