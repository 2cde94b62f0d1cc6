export { type ApiFault, apiFault } from './api-fault.ts';
export {
  type ChainsAnswer,
  chainsAnswer,
  type StepActivity,
  type StepCounts,
  stepActivity,
} from './chain-activity.ts';
export {
  type DeadLetter,
  type DeadLetterQueues,
  type DeadLetters,
  deadLetter,
  deadLetterQueueIds,
  deadLetterQueues,
  deadLetters,
} from './dead-letters.ts';
export { compareInRun } from './event-order.ts';
export { type Feed, type FeedMark, type FeedsAnswer, feed, feedsAnswer } from './feeds.ts';
export { type FoldOptions, foldRun, runOf, SeveralRuns, STUCK_AFTER_MS } from './fold-run.ts';
export { type LedgerEvent, type LedgerEventKind, ledgerPattern, readLedgerEvent } from './ledger-event.ts';
export { type LiveEvent, type LiveQuery, liveEvent, liveQuery } from './live.ts';
export { nullRatiosOf, slimProfile } from './null-ratios.ts';
export {
  type RejectedRow,
  type RejectsPage,
  type RejectsQuery,
  rejectedRow,
  rejectsPage,
  rejectsQuery,
} from './rejects.ts';
export {
  type ReplayAnswer,
  type ReplayItem,
  type ReplayRequest,
  type ReplayRequestInput,
  replayAnswer,
  replayItem,
  replayRequest,
} from './replay.ts';
export { runsToReplay, stepsToReplay } from './replay-selection.ts';
export { type Run, type RunSummary, run, runSummary, summarizeRun } from './run.ts';
export { prices } from './run-cost.ts';
export {
  compileQuery,
  eventsAnswer,
  matchesQuery,
  type RunPage,
  type RunQuery,
  type RunQueryInput,
  runAnswer,
  runPage,
  runQuery,
} from './run-query.ts';
export { type RunState, runState, runStates } from './run-state.ts';
export { stepIdOf } from './step-id.ts';
export { type RuleTarget, readStepRule, type StepRule } from './step-rule.ts';
export { type RunCost, runCost, type StepFault, type StepRun, stepFault, stepRun } from './step-run.ts';
export { wakingEvent } from './waking-event.ts';
