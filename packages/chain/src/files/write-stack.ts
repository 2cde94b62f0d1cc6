import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CompiledChain } from '../cloudformation/compile-chain.ts';
import { writePublications } from './write-publications.ts';

/**
 * Writes a compiled chain as a stack of the local AWS, without Serverless: with the bucket that uploads go to, which
 * Serverless makes for each of its stacks.
 * @returns the path of the template, named after the folder
 */
export function writeStack({ publications, ...template }: CompiledChain, folder: string): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${folder.slice(folder.lastIndexOf('/') + 1)}.json`);
  const Resources = { ServerlessDeploymentBucket: { Type: 'AWS::S3::Bucket' }, ...template.Resources };
  writeFileSync(path, JSON.stringify({ ...template, Resources }));
  writePublications(folder, publications);
  return path;
}
