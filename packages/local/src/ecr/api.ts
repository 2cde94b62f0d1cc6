import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { type JsonOperation, jsonOperation } from '../http/json-operation.ts';

const input = z.looseObject({ repositoryNames: z.array(z.string()).optional() });

/** There are no container images here, and `serverless remove` asks: it is told that its repository does not exist. */
export const ecrOperations: Record<string, JsonOperation> = {
  DescribeRepositories: jsonOperation(input, ({ repositoryNames }) => {
    if (!repositoryNames?.length) return { repositories: [] };
    throw new AwsError(
      'RepositoryNotFoundException',
      `The repository with name '${repositoryNames[0]}' does not exist`,
    );
  }),
};
