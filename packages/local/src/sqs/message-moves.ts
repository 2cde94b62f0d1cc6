import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import * as z from 'zod';
import { AwsError, messageOf } from '../errors.ts';
import { type JsonOperation, jsonOperation } from '../http/json-operation.ts';
import type { Access, Identity } from '../iam/access.ts';
import type { Queue } from './queue.ts';
import { type Sqs, statementsOf } from './sqs.ts';

/** One redrive of a dead-letter queue: its messages go back where they came from, or to another queue. */
interface MoveTask {
  handle: string;
  source: Queue;
  destination?: Queue;
  perSecond?: number;
  status: 'RUNNING' | 'COMPLETED' | 'CANCELLING' | 'CANCELLED' | 'FAILED';
  startedAt: number;
  toMove: number;
  moved: number;
  failure?: string;
}

/** SQS lists the last ten of a queue. */
const remembered = 10;

/**
 * Message move tasks. A stop of the server ends them; what they had not moved is still in the dead-letter queue.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
 */
export class MessageMoves {
  #sqs: Sqs;
  /** By the source's ARN, the newest first. */
  #tasks = new Map<string, MoveTask[]>();

  constructor(sqs: Sqs) {
    this.#sqs = sqs;
  }

  /** @throws AwsError UnsupportedOperation */
  start(source: Queue, destination: Queue | undefined, perSecond: number | undefined): MoveTask {
    if (this.#sqs.sourcesOf(source).length === 0) {
      throw new AwsError(
        'AWS.SimpleQueueService.UnsupportedOperation',
        'Source queue must be configured as a Dead Letter Queue.',
      );
    }
    if (this.of(source).some(({ status }) => status === 'RUNNING' || status === 'CANCELLING')) {
      throw new AwsError(
        'AWS.SimpleQueueService.UnsupportedOperation',
        'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
      );
    }
    const task: MoveTask = {
      handle: Buffer.from(JSON.stringify({ taskId: randomUUID(), sourceArn: source.arn })).toString('base64'),
      source,
      status: 'RUNNING',
      startedAt: Date.now(),
      toMove: source.counts().visible,
      moved: 0,
      ...(destination && { destination }),
      ...(perSecond !== undefined && { perSecond }),
    };
    this.#tasks.set(source.arn, [task, ...this.of(source)].slice(0, remembered));
    void this.#run(task);
    return task;
  }

  of(source: Queue): MoveTask[] {
    return this.#tasks.get(source.arn) ?? [];
  }

  /** @throws AwsError ResourceNotFoundException */
  demand(handle: string): MoveTask {
    const task = [...this.#tasks.values()].flat().find((one) => one.handle === handle);
    if (!task) throw new AwsError('ResourceNotFoundException', 'Task does not exist.');
    return task;
  }

  /** @throws AwsError UnsupportedOperation */
  cancel(task: MoveTask): void {
    if (task.status !== 'RUNNING') {
      throw new AwsError(
        'AWS.SimpleQueueService.UnsupportedOperation',
        'Only active tasks can be cancelled.',
      );
    }
    task.status = 'CANCELLING';
  }

  async #run(task: MoveTask): Promise<void> {
    const { source, perSecond } = task;
    try {
      for (let n = 0; n < task.toMove; n++) {
        // Whoever started it is answered first, and one long move leaves room for everything else.
        await setImmediate();
        if (perSecond !== undefined) await pause(task.startedAt + (n * 1000) / perSecond - Date.now());
        if (task.status === 'CANCELLING') break;
        // As on AWS it arrives as a new message, with an id and an age of its own.
        const moved = await source.moveOne(
          async ({ body, attributes, senderId, deadLetterSourceArn = '' }) => {
            const to = task.destination ?? this.#sqs.byArn(deadLetterSourceArn);
            if (!to) throw new Error('CouldNotDetermineMessageSource');
            await to.send(body, attributes, senderId, 0);
          },
        );
        if (!moved) break;
        task.moved++;
      }
      task.status = task.status === 'CANCELLING' ? 'CANCELLED' : 'COMPLETED';
    } catch (error) {
      task.status = 'FAILED';
      task.failure = messageOf(error);
    }
  }
}

/** Keeps no process alive. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, Math.max(0, ms)).unref();
  });
}

export function messageMoveOperations(
  sqs: Sqs,
  access: Access,
  moves: MessageMoves,
): Record<string, JsonOperation> {
  const demandQueue = (arn: string, caller: Identity, action: string): Queue => {
    const queue = sqs.byArn(arn);
    if (!queue)
      throw new AwsError('ResourceNotFoundException', "The resource that you specified doesn't exist.");
    access.demand(caller, { action: `sqs:${action}`, resource: queue.arn }, statementsOf(queue));
    return queue;
  };
  return {
    StartMessageMoveTask: jsonOperation(
      z.strictObject({
        SourceArn: z.string(),
        DestinationArn: z.string().optional(),
        MaxNumberOfMessagesPerSecond: z.number().int().min(1).max(500).optional(),
      }),
      ({ SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond }, caller) => {
        const source = demandQueue(SourceArn, caller, 'StartMessageMoveTask');
        const destination =
          DestinationArn === undefined ? undefined : demandQueue(DestinationArn, caller, 'SendMessage');
        return { TaskHandle: moves.start(source, destination, MaxNumberOfMessagesPerSecond).handle };
      },
    ),

    ListMessageMoveTasks: jsonOperation(
      z.strictObject({ SourceArn: z.string(), MaxResults: z.number().int().min(1).max(10).default(1) }),
      ({ SourceArn, MaxResults }, caller) => {
        const source = demandQueue(SourceArn, caller, 'ListMessageMoveTasks');
        return { Results: moves.of(source).slice(0, MaxResults).map(describeTask) };
      },
    ),

    CancelMessageMoveTask: jsonOperation(z.strictObject({ TaskHandle: z.string() }), (input, caller) => {
      const task = moves.demand(input.TaskHandle);
      access.demand(caller, { action: 'sqs:CancelMessageMoveTask', resource: task.source.arn });
      moves.cancel(task);
      return { ApproximateNumberOfMessagesMoved: task.moved };
    }),
  };
}

function describeTask(task: MoveTask) {
  return {
    ...(task.status === 'RUNNING' && { TaskHandle: task.handle }),
    Status: task.status,
    SourceArn: task.source.arn,
    ...(task.destination && { DestinationArn: task.destination.arn }),
    ...(task.perSecond !== undefined && { MaxNumberOfMessagesPerSecond: task.perSecond }),
    ApproximateNumberOfMessagesMoved: task.moved,
    ApproximateNumberOfMessagesToMove: task.toMove,
    ...(task.failure !== undefined && { FailureReason: task.failure }),
    StartedTimestamp: task.startedAt,
  };
}
