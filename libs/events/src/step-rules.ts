import { invocationFailed } from './lambda-invocation-failure.ts';
import type { EventPattern } from './pattern/language.ts';
import { stepCompleted, stepRejected } from './step-events.ts';

/** The rule for what comes after a step has produced something to go on with, now or before. */
export function afterCompleted(chain: string, step: string): EventPattern {
  return stepCompleted.pattern({
    detail: { chain: [chain], step: [step], outcome: ['completed', 'repeated'] },
  });
}

/** The rule for what comes after a step has refused its input. */
export function afterRejected(chain: string, step: string): EventPattern {
  return stepRejected.pattern({ detail: { chain: [chain], step: [step] } });
}

/** The rule for what comes after Lambda has given up on a step: it is known by the envelope in the failure record. */
export function afterFailed(chain: string, step: string): EventPattern {
  return invocationFailed.pattern({ detail: { requestPayload: { chain: [chain], step: [step] } } });
}
