import type { ObjectRef } from '@tributary/events';
import type { StepSummary } from '../src/serve.ts';
import type { Cloud } from './cloud.ts';
import { shelve } from './shelve-converter.ts';
import { type StepSettings, type Steps, stepsIn } from './steps.ts';

export interface Shelves extends Pick<Steps, 'outcomes' | 'last'> {
  step(input: ObjectRef, sequencer: string, options?: object, settings?: StepSettings): Promise<StepSummary>;
  /** What stands in the lake of one input, by the names of things without their ids; with text where it is data. */
  standing(name: string): Promise<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into manifests freely
  manifestOf(name: string): Promise<any>;
}

/** Steps of the shelve converter in a cloud, from `landing/in/` to `lake/out/`. */
export function shelvesIn(cloud: Cloud): Shelves {
  const { step, outcomes, last } = stepsIn(cloud);
  return {
    step: (input, sequencer, options = {}, settings = {}) =>
      step(input, sequencer, { converter: shelve, options, ...settings }),
    async standing(name) {
      const keys = (await cloud.keys()).filter((key) => key.includes(`/${name}.`));
      const entries = keys.map(async (key) => {
        const short = key.replace(/^out\//, '').replace(/\.[0-9a-f]{12}\./, '.ID.');
        return [short, short.startsWith('_') ? '' : (await cloud.read(key)).toString()];
      });
      return Object.fromEntries(await Promise.all(entries));
    },
    async manifestOf(name) {
      return JSON.parse((await cloud.read(`out/_manifests/${name}.json`)).toString());
    },
    outcomes,
    last,
  };
}

/** What ought to stand of one input: texts by folders, a manifest and, if it was inferred, a schema. */
export function shelved(
  name: string,
  contents: Record<string, string>,
  inferred = true,
): Record<string, string> {
  return {
    ...Object.fromEntries(Object.entries(contents).map(([folder, text]) => [`${folder}${name}.shelf`, text])),
    [`_manifests/${name}.json`]: '',
    ...(inferred && { [`_schemas/${name}.txt.ID.schema.json`]: '' }),
  };
}
