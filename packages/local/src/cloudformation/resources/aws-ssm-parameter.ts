import * as z from 'zod';
import { defineKind, tags, text } from '../resource-kind.ts';

const properties = z.strictObject({
  Name: text().pipe(z.string().min(1).max(1011)).optional(),
  Type: z.enum(['String', 'StringList']),
  Value: text().pipe(z.string().min(1).max(4096)),
  Description: text().optional(),
  AllowedPattern: text().optional(),
  Tier: z.literal('Standard').optional(),
  DataType: z.literal('text').optional(),
  Tags: tags(),
});

export const ssmParameter = defineKind<z.infer<typeof properties>>({
  type: 'AWS::SSM::Parameter',
  properties,
  identify({ Name, Type, Value }, { generate }) {
    return { ref: Name ?? generate(200), attributes: { Type, Value } };
  },
  async put({ ref, properties: { Type, Value, Description } }, { ssm }) {
    const description = Description === undefined ? {} : { description: Description };
    await ssm.put({ name: ref, type: Type, value: Value, ...description }, true);
  },
  async remove({ ref }, { ssm }) {
    await ssm.delete(ref);
  },
});
