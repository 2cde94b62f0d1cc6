/**
 * What a template is made of: a service deployed alone (`standalone`), and the parts that chains take too.
 * @module
 */
export {
  measuredColumns,
  metricNamespace,
  metricsOfColumn,
  metricsOfOutcome,
  metricsOfStep,
} from '../metric-names.ts';
export { allExtensionsOf, companionFolders, extensionsOf } from '../places.ts';
export { bucketResources, closedBucket, type Keeping, type Resource } from './bucket.ts';
export { companionLifecycle, quarantineDays } from './companion-lifecycle.ts';
export { busExportNames, type ExportedOutput, serviceExportNames } from './exports.ts';
export {
  type DataNeeds,
  dataGrants,
  keyArn,
  keyGrant,
  needsOf,
  objectsArn,
  type Statement,
} from './grants.ts';
export { keyPattern, literal } from './key-pattern.ts';
export { hideVariables, rulePermission, ruleTarget } from './rule-target.ts';
export { type Deployment, type Framework, refuseUnknownParams, standalone } from './standalone.ts';
export { undeliveredQueue, undeliveredQueueId, undeliveredQueuePolicyId } from './undelivered-queue.ts';
