export { type Envelope, type EnvelopeInput, envelope, envelopeTemplate, parseEnvelope } from './envelope.ts';
export {
  BadDetail,
  BadEnvelope,
  type EventFault,
  EventsError,
  InvalidEvent,
  InvalidPattern,
  InvalidTargetInput,
} from './errors.ts';
export { defineEvent, type EventFrame, entryBytes, type PutEventsEntry } from './event-contract.ts';
export { type Handover, MAX_LEGS, ownSource, workHandedOver } from './handover.ts';
export { type InvocationFailedEvent, invocationFailed } from './lambda-invocation-failure.ts';
export { type Lineage, lineageOf, MAX_HOPS } from './lineage.ts';
export {
  type FolderParts,
  folderPlaceholders,
  placeholdersOf,
  placesByKey,
  renderFolder,
} from './output-folder.ts';
export { boundedKey, companionKey, MAX_KEY_BYTES, outputKey, outputStem } from './output-key.ts';
export {
  type CreationReason,
  compareSequencers,
  creationReasons,
  isFolderMarker,
  type ObjectCreatedEvent,
  objectCreated,
} from './s3-object-created.ts';
export { boundDetail, MAX_DETAIL_BYTES } from './step-event-bounds.ts';
export {
  type ObjectRef,
  type Outcome,
  outcomes,
  STEP_SOURCE,
  type StepCompletedDetail,
  type StepCompletedEvent,
  type StepDocument,
  type StepFacts,
  type StepManifest,
  type StepOutput,
  type StepRejectedDetail,
  type StepRejectedEvent,
  type StepSchema,
  type StepStartedDetail,
  type StepStartedEvent,
  type StepTimings,
  stepCompleted,
  stepHandedOver,
  stepRejected,
  stepStarted,
} from './step-events.ts';
export { afterCompleted, afterFailed, afterRejected } from './step-rules.ts';
