export type { Activity, AwsEvent, InvocationFigures, InvocationMode } from './activity.ts';
export { DeployError } from './errors.ts';
export type { Credentials } from './iam/access.ts';
export { type DeployedStack, type LocalAws, startLocalAws } from './local-aws.ts';
export { type LocalAwsOptions, localAwsOptionsSchema, type StackLocation } from './options.ts';
export { findTemplate } from './stack-files.ts';
