import { randomUUID } from 'node:crypto';
import type { Converter, SharedOptions } from '@tributary/codec';
import type { ObjectRef } from '@tributary/events';
import { type ServeSettings, type StepSummary, serve } from '../src/serve.ts';
import type { Cloud } from './cloud.ts';
import { createdEvent, envelopeOf } from './events.ts';
import { shout } from './shout-converter.ts';

export const MiB = 1024 * 1024;
/** Options of an output that can be read as it lies there. */
export const plain = { output: { compression: 'none' } };
export const lines = (bytes: number) => 'the quick brown fox jumps\n'.repeat(Math.ceil(bytes / 26));

export const context = (milliseconds = 60_000) => {
  const end = Date.now() + milliseconds;
  return {
    awsRequestId: randomUUID(),
    functionName: 'shout',
    getRemainingTimeInMillis: () => end - Date.now(),
  };
};

export interface StepSettings extends ServeSettings {
  options?: object;
  version?: string;
  /** Milliseconds until the function's timeout. */
  left?: number;
  converter?: Converter<SharedOptions>;
}

export interface Steps {
  /** Invokes a handler of its own, as Lambda would for one event. */
  step(input: ObjectRef, sequencer?: string, settings?: StepSettings): Promise<StepSummary>;
  /** Of the events told so far: type, and outcome or code. */
  outcomes(): string[];
  /** Detail of the last event told. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into details freely
  last(): any;
  /** Keys of the quarantine files of `in/<name>`. */
  rejectsOf(name: string): Promise<string[]>;
}

/** Steps of the shout converter in a cloud, from `landing/in/` to `lake/out/`. */
export function stepsIn(cloud: Cloud): Steps {
  return {
    async step(
      input,
      sequencer = '0A',
      { options = {}, version = '1.0.0', left, converter = shout, ...settings } = {},
    ) {
      const handler = serve(converter, { version }, { clients: cloud.clients, bus: cloud.bus, ...settings });
      const event = createdEvent(input, sequencer);
      return await handler(
        envelopeOf(event, { sourcePrefix: 'in/', options: { ...options } }),
        context(left),
      );
    },
    outcomes: () =>
      cloud
        .told()
        .map(({ type, detail }) => [type, detail.outcome ?? detail.report?.code].filter(Boolean).join(': ')),
    last: () => cloud.told().at(-1)?.detail,
    rejectsOf: async (name) => (await cloud.keys()).filter((key) => key.startsWith(`out/_rejects/${name}.`)),
  };
}
