import * as z from 'zod';
import { AwsError } from '../errors.ts';
import type { JsonOperation } from '../http/json-operation.ts';
import type { Identity } from '../iam/access.ts';
import { describeEvent } from './event-subject.ts';
import type { FunctionFaults } from './function-faults.ts';
import type { Injection } from './injection.ts';

const call = z.looseObject({
  Entries: z.array(z.looseObject({ DetailType: z.string().default(''), Detail: z.string().default('') })),
});
type Entry = z.infer<typeof call>['Entries'][number];

interface Answer {
  FailedEntryCount: number;
  Entries: object[];
}

/** PutEvents as the functions see it, with faults between. */
export function withPublishFaults(
  putEvents: JsonOperation,
  injection: Injection,
  functions: FunctionFaults,
): JsonOperation {
  const { publish } = injection.plan;
  return async (input, caller: Identity, aborted) => {
    const name = functions.nameOf(caller.credentials.accessKeyId);
    const parsed = call.safeParse(input);
    if (name === undefined || !parsed.success) return putEvents(input, caller, aborted);
    const entries = parsed.data.Entries;
    const subject = `${name} PutEvents ${entries.map(subjectOf).join(', ')}`;

    const share = injection.shareOf(name);
    if (injection.strikes('throttle', publish.throttle * share, subject)) {
      throw new AwsError('ThrottlingException', 'Rate exceeded');
    }
    const done = entries.some(({ DetailType }) => DetailType !== 'Step Started');
    const { accessKeyId } = caller.credentials;
    const ended =
      (done && functions.strikeAtPublish(accessKeyId, subject)) ||
      functions.strikeBefore(accessKeyId, subject);
    if (ended) throw new AwsError('InternalFailure', 'An injected fault.', 500);

    const failed = entries.map((entry) =>
      injection.strikes('failedEntry', publish.failedEntry * share, subjectOf(entry)),
    );
    const answer = await putRest(failed);
    if (injection.strikes('lostAnswer of PutEvents', publish.lostAnswer * share, subject)) {
      throw new AwsError('InternalFailure', 'An injected fault.', 500);
    }
    return answer;

    async function putRest(left: boolean[]): Promise<Answer> {
      const rest = entries.filter((_, index) => !left[index]);
      const put = rest.length === 0 ? undefined : await putEvents({ Entries: rest }, caller, aborted);
      const results = (put as Answer | undefined)?.Entries.slice() ?? [];
      const failure = { ErrorCode: 'InternalFailure', ErrorMessage: 'An injected fault.' };
      const all = left.map((isLeft) => (isLeft ? failure : (results.shift() ?? failure)));
      return { FailedEntryCount: all.filter((one) => 'ErrorCode' in one).length, Entries: all };
    }
  };
}

function subjectOf({ DetailType, Detail }: Entry): string {
  try {
    return describeEvent(DetailType, JSON.parse(Detail));
  } catch {
    return DetailType;
  }
}
