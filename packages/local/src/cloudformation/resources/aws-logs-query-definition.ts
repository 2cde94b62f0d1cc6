import { createHash } from 'node:crypto';
import * as z from 'zod';
import { defineKind, text } from '../resource-kind.ts';

const properties = z.strictObject({
  Name: text(),
  QueryString: text(),
  LogGroupNames: z.array(text()).max(50).optional(),
  QueryLanguage: z.enum(['CWLI', 'SQL', 'PPL']).optional(),
});

/** Accepted: logs are files here, which `grep` reads. */
export const logsQueryDefinition = defineKind<z.infer<typeof properties>>({
  type: 'AWS::Logs::QueryDefinition',
  properties,
  identify(_properties, { stack, logicalId }) {
    const digest = createHash('sha256').update(`${stack}/${logicalId}`).digest('hex');
    const id = [
      digest.slice(0, 8),
      digest.slice(8, 12),
      digest.slice(12, 16),
      digest.slice(16, 20),
      digest.slice(20, 32),
    ].join('-');
    return { ref: id, attributes: { QueryDefinitionId: id } };
  },
  put() {},
  remove() {},
});
