import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { type JsonOperation, jsonOperation } from '../http/json-operation.ts';
import type { Access, Identity } from '../iam/access.ts';
import type { Parameter, ParameterStore } from './parameter-store.ts';

const name = z.string().min(1).max(2048);
const decryption = z.boolean().optional();

/** `X-Amz-Target: AmazonSSM.<operation>` */
export function ssmOperations(store: ParameterStore, access: Access): Record<string, JsonOperation> {
  const demand = (caller: Identity, action: string, parameter: string) =>
    access.demand(caller, { action: `ssm:${action}`, resource: store.arnOf(parameter) });
  const describe = (parameter: Parameter) => ({
    Name: parameter.name,
    Type: parameter.type,
    Value: parameter.value,
    Version: parameter.version,
    LastModifiedDate: parameter.modifiedAt / 1000,
    ARN: store.arnOf(parameter.name),
    DataType: 'text',
  });
  /** `name`, `name:version`, or an ARN. Only the last version is kept. */
  const find = (reference: string): Parameter | undefined => {
    const plain = reference.replace(/^arn:[^:]+:ssm:[^:]*:[^:]*:parameter/, '');
    const [, bare = plain, version] = /^(.*):(\d+)$/.exec(plain) ?? [];
    const parameter = store.get(bare) ?? store.get(bare.replace(/^\//, ''));
    return version === undefined || parameter?.version === Number(version) ? parameter : undefined;
  };

  return {
    GetParameter: jsonOperation(
      z.strictObject({ Name: name, WithDecryption: decryption }),
      (input, caller) => {
        demand(caller, 'GetParameter', input.Name);
        const parameter = find(input.Name);
        if (!parameter) throw new AwsError('ParameterNotFound', `Parameter ${input.Name} not found.`);
        return { Parameter: describe(parameter) };
      },
    ),

    GetParameters: jsonOperation(
      z.strictObject({ Names: z.array(name).min(1).max(10), WithDecryption: decryption }),
      (input, caller) => {
        const found: Parameter[] = [];
        const missing: string[] = [];
        for (const one of input.Names) {
          demand(caller, 'GetParameters', one);
          const parameter = find(one);
          if (parameter) found.push(parameter);
          else missing.push(one);
        }
        return { Parameters: found.map(describe), InvalidParameters: missing };
      },
    ),

    GetParametersByPath: jsonOperation(
      z.strictObject({
        Path: z.string().startsWith('/'),
        Recursive: z.boolean().default(false),
        WithDecryption: decryption,
        MaxResults: z.number().int().min(1).max(10).default(10),
        NextToken: z.string().optional(),
      }),
      (input, caller) => {
        demand(caller, 'GetParametersByPath', input.Path);
        const prefix = input.Path.endsWith('/') ? input.Path : `${input.Path}/`;
        const under = store
          .all()
          .filter(
            (one) =>
              one.name.startsWith(prefix) &&
              (input.Recursive || !one.name.slice(prefix.length).includes('/')),
          )
          .filter((one) => input.NextToken === undefined || one.name > input.NextToken);
        const page = under.slice(0, input.MaxResults);
        return {
          Parameters: page.map(describe),
          ...(under.length > page.length && { NextToken: page.at(-1)?.name }),
        };
      },
    ),

    PutParameter: jsonOperation(
      z.strictObject({
        Name: name,
        Value: z.string().min(1),
        Type: z.enum(['String', 'StringList', 'SecureString']).optional(),
        Description: z.string().max(1024).optional(),
        Overwrite: z.boolean().default(false),
        Tier: z.enum(['Standard']).optional(),
        DataType: z.literal('text').optional(),
      }),
      async (input, caller) => {
        demand(caller, 'PutParameter', input.Name);
        const type = input.Type ?? store.get(input.Name)?.type;
        if (!type)
          throw new AwsError(
            'ValidationException',
            'A parameter type is required when you create a parameter.',
          );
        const description = input.Description === undefined ? {} : { description: input.Description };
        const put = await store.put(
          { name: input.Name, type, value: input.Value, ...description },
          input.Overwrite,
        );
        return { Version: put.version, Tier: 'Standard' };
      },
    ),

    DeleteParameter: jsonOperation(z.strictObject({ Name: name }), async (input, caller) => {
      demand(caller, 'DeleteParameter', input.Name);
      if (!(await store.delete(input.Name))) {
        throw new AwsError('ParameterNotFound', `Parameter ${input.Name} not found.`);
      }
      return {};
    }),
  };
}
