import * as z from 'zod';
import { defineEvent } from './event-contract.ts';

/**
 * What Lambda puts on the bus once it has given up on an asynchronous invocation whose OnFailure destination is that
 * bus (Lambda Developer Guide, "Capturing records of asynchronous invocations"). `requestPayload` is the whole payload
 * the function was invoked with: for our steps, the envelope. `resources` holds the function's and the bus's ARN.
 */
export const invocationFailed = defineEvent({
  source: 'lambda',
  detailType: 'Lambda Function Invocation Result - Failure',
  detail: z.object({
    version: z.string(),
    /** RFC 3339 with milliseconds. */
    timestamp: z.string(),
    requestContext: z.object({
      requestId: z.string(),
      /** With qualifier, for instance `...:function:csv:$LATEST`. */
      functionArn: z.string(),
      /** `RetriesExhausted` or `EventAgeExceeded`. */
      condition: z.string(),
      approximateInvokeCount: z.number(),
    }),
    requestPayload: z.unknown(),
    /** Absent if the function was never reached, for instance throttled until the event was too old. */
    responseContext: z
      .object({
        statusCode: z.number(),
        executedVersion: z.string().optional(),
        functionError: z.string().optional(),
      })
      .nullish(),
    /** The function's answer, mostly `{errorMessage, errorType, stackTrace}`. */
    responsePayload: z.unknown().optional(),
  }),
});

export type InvocationFailedEvent = z.output<typeof invocationFailed.schema>;
