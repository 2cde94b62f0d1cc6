import type { TableForm } from '@tributary/codec';
import type { Chain, ChainStep, StepPlace } from './chain-file/chain.ts';

/** What a step is to read, as far as the chain says it. */
export interface StepInput {
  /** Keys are taken relative to the prefix. */
  bucket: string;
  prefix: string;
  /** Of the step that wrote it; undefined for objects of the source. */
  writtenBy?: ChainStep;
  mediaType?: string;
  form: TableForm;
}

/** The steps of a chain in an order in which each comes after what it follows. */
export interface ChainGraph {
  chain: Chain;
  steps: readonly ChainStep[];
  /** Steps that a cycle keeps from ever being reached. */
  unreached: readonly ChainStep[];
  inputOf(step: ChainStep): StepInput;
  /** Steps that follow a step; without one, those that start at the source. */
  next(step?: ChainStep): ChainStep[];
}

/** Sorts the steps. Those whose predecessor is not in the chain, as it is wrong itself, are left out. */
export function graphOf(chain: Chain): ChainGraph {
  const byName = new Map(chain.steps.map((step) => [step.name, step]));
  const next = (step?: ChainStep) => chain.steps.filter(({ after }) => after?.step === step?.name);
  const steps = next();
  for (const step of steps) steps.push(...next(step));
  const unreached = chain.steps.filter((step) => !steps.includes(step) && leadsToCycle(step, byName));
  const inputs = new Map<ChainStep, StepInput>();
  for (const step of steps) {
    const { after } = step;
    const before = after && byName.get(after.step);
    if (!before) inputs.set(step, { bucket: chain.source.bucket, prefix: chain.source.prefix, form: {} });
    // What was rejected or has failed is still to be read.
    else if (after.outcome !== 'completed') inputs.set(step, inputs.get(before)!);
    else inputs.set(step, outputOf(before, inputs.get(before)!));
  }
  return { chain, steps, unreached, next, inputOf: (step) => inputs.get(step)! };
}

function outputOf(step: ChainStep, input: StepInput): StepInput {
  const { converter, parsed, output } = step;
  if (converter.passesOn?.(parsed)) return input;
  return {
    bucket: output.bucket,
    prefix: output.prefix,
    writtenBy: step,
    mediaType: converter.output.mediaType,
    form: converter.outputForm?.(parsed, input.form) ?? {},
  };
}

function leadsToCycle(step: ChainStep, byName: ReadonlyMap<string, ChainStep>): boolean {
  const seen = new Set<ChainStep>();
  for (let here: ChainStep | undefined = step; here; here = here.after && byName.get(here.after.step)) {
    if (seen.has(here)) return true;
    seen.add(here);
  }
  return false;
}

/** As a person writes it: with the template of the folder, if there is one. */
export function describePlace({ bucket, prefix, folder = '' }: StepPlace): string {
  return `s3://${bucket}/${prefix}${folder}`;
}
