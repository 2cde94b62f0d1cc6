import type { RunCost } from './step-run.ts';

/**
 * US dollars at list prices of us-east-1, arm64, November 2026, free tiers left aside (AWS price pages of Lambda, EventBridge and S3).
 */
export const prices = {
  lambdaGbSecond: 0.0000133334,
  lambdaRequest: 0.2e-6,
  /** One custom event of up to 64 KB. S3's own events cost nothing. */
  event: 1e-6,
  s3Write: 5e-6,
  s3Read: 0.4e-6,
} as const;

/** What one invocation used. */
export interface Usage {
  milliseconds: number;
  /** MiB; 1769 (one core, our default) where the event does not tell. */
  memory?: number | undefined;
  bytesIn: number;
  /** Of each object written. */
  bytesOut: readonly number[];
  /** Events it put on the bus. */
  events: number;
  /** Whether this is the record of an invocation, and not only of its start. */
  invoked: boolean;
}

const defaultMemory = 1769;
/** libs/service reads and writes in pieces of this. */
const pieceBytes = 8 * 1024 * 1024;

/** An estimate from what a step tells: each object is looked at once, read and written in pieces of 8 MiB. */
export function costOf({
  milliseconds,
  memory = defaultMemory,
  bytesIn,
  bytesOut,
  events,
  invoked,
}: Usage): RunCost {
  if (!invoked) return total({ lambda: 0, events: events * prices.event, requests: 0 });
  const lambda = prices.lambdaRequest + (milliseconds / 1000) * (memory / 1024) * prices.lambdaGbSecond;
  const reads = 1 + Math.ceil(bytesIn / pieceBytes);
  const writes = bytesOut.reduce(
    (sum, bytes) => sum + (bytes <= pieceBytes ? 1 : 2 + Math.ceil(bytes / pieceBytes)),
    0,
  );
  return total({
    lambda,
    events: events * prices.event,
    requests: reads * prices.s3Read + writes * prices.s3Write,
  });
}

export function addCosts(costs: Iterable<RunCost>): RunCost {
  const sum = { lambda: 0, events: 0, requests: 0 };
  for (const { lambda, events, requests } of costs) {
    sum.lambda += lambda;
    sum.events += events;
    sum.requests += requests;
  }
  return total(sum);
}

function total(parts: Omit<RunCost, 'dollars'>): RunCost {
  return { dollars: parts.lambda + parts.events + parts.requests, ...parts };
}
