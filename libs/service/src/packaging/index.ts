/**
 * Services as Serverless packages and deploys them, each in a copy of its folder: for tools, tests and `chain test`.
 * @module
 */
export { packageOnce, packageService } from './package-service.ts';
export { copyService, serverless } from './serverless.ts';
