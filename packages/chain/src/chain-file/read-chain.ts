import { EventsError, placeholdersOf } from '@tributary/events';
import type * as z from 'zod';
import type { Mistake } from '../mistake.ts';
import { expectedName } from '../near-name.ts';
import type { Chain, ChainStep, ServiceCatalogue, StepPlace } from './chain.ts';
import { OptionsText, type ReadBeside } from './options-text.ts';
import { readOptions } from './read-options.ts';
import { type AfterOutcome, type ChainShape, chainShape, outcomesOfStep } from './shape.ts';
import { tellIssues } from './tell-issues.ts';
import { fillVariables, paramsFor } from './variables.ts';
import { YamlText } from './yaml-text.ts';

export interface ChainFile {
  /** As mistakes are to name it. */
  file: string;
  text: string;
  /** Files beside it, which hold options. */
  read: ReadBeside;
}

/** What a chain.yml does not say itself. */
export interface Surroundings {
  stage: string;
  region: string;
  /** Over those of the file. */
  params: Readonly<Record<string, string>>;
  services: ServiceCatalogue;
}

export interface ReadChain {
  /** Undefined if the file is too broken to go on. */
  chain?: Chain;
  mistakes: Mistake[];
}

/** Reads a chain.yml for one stage. Steps whose service or options are wrong are left out of the chain. */
export async function readChain(
  { file, text, read }: ChainFile,
  { stage, region, params, services }: Surroundings,
): Promise<ReadChain> {
  const yaml = new YamlText(file, text);
  if (yaml.mistakes.length > 0) return { mistakes: yaml.mistakes };
  const place: Chain['place'] = (path, part) => yaml.place(path, part);
  const { params: table, ...body } = Object(yaml.value) as Record<string, unknown>;
  const filled = fillVariables(
    body,
    { stage, region, params: paramsFor({ stage, region }, table, params) },
    place,
  );
  const value = { ...(filled.value as object), ...(table !== undefined && { params: table }) };
  const first = chainShape.safeParse(value, { jitless: true });
  const mistakes = [...filled.mistakes];
  if (!first.success) mistakes.push(...tellIssues(first.error.issues, chainShape, value, place, ''));
  // Names that there are not do not keep the rest from being looked at.
  const parsed = first.success
    ? first
    : chainShape.safeParse(withoutUnknown(value, first.error.issues), { jitless: true });
  if (!parsed.success) return { mistakes };
  const shape = parsed.data;
  const steps: ChainStep[] = [];
  for (const name of Object.keys(shape.steps)) {
    const step = await readStep(name, shape, yaml, read, services, mistakes);
    if (step) steps.push(step);
  }
  checkParamsOfStages(shape, place, mistakes);
  return {
    chain: {
      name: shape.chain,
      ...(shape.description !== undefined && { description: shape.description }),
      stage,
      region,
      source: shape.source,
      steps,
      createBuckets: shape.createBuckets,
      quarantineDays: shape.quarantineDays,
      ...(shape.kms !== undefined && { kmsKey: shape.kms }),
      ...(shape.archive !== false && { archiveDays: shape.archive.days }),
      ...(shape.alarms && { alarms: shape.alarms }),
      file,
      place,
    },
    mistakes,
  };
}

function withoutUnknown(value: unknown, issues: readonly z.core.$ZodIssue[]): unknown {
  const copy = structuredClone(value);
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') continue;
    const holder = issue.path.reduce<unknown>((inner, name) => Object(inner)[name], copy);
    for (const key of issue.keys) delete Object(holder)[key];
  }
  return copy;
}

async function readStep(
  name: string,
  shape: ChainShape,
  yaml: YamlText,
  read: ReadBeside,
  services: ServiceCatalogue,
  mistakes: Mistake[],
): Promise<ChainStep | undefined> {
  const { service, after, when, options, description, output } = shape.steps[name]!;
  const at = ['steps', name];
  const text = new OptionsText(options, yaml, [...at, 'options'], read);
  mistakes.push(...text.mistakes);
  const follows = readAfter(name, after, shape, yaml, mistakes);
  const target = readOutput(name, output, shape, yaml, mistakes);
  if (!services.names.includes(service)) {
    mistakes.push({
      code: 'unknown-service',
      what: `There is no service ${service}`,
      expected: expectedName(service, services.names),
      where: yaml.place([...at, 'service']),
    });
    return undefined;
  }
  const converter = await services.load(service);
  const parsed = readOptions(converter, text, mistakes);
  if (parsed === undefined || target === undefined || follows === 'unknown') return undefined;
  return {
    name,
    service,
    ...(description !== undefined && { description }),
    converter,
    ...(follows && { after: follows }),
    ...(when && { when }),
    options: text.value,
    parsed,
    output: target,
  };
}

function readAfter(
  name: string,
  after: string | undefined,
  { steps }: ChainShape,
  yaml: YamlText,
  mistakes: Mistake[],
): ChainStep['after'] | 'unknown' {
  if (after === undefined) return undefined;
  const [step, outcome = 'completed'] = after.split('.') as [string, string?];
  const where = yaml.place(['steps', name, 'after']);
  if (!Object.hasOwn(steps, step)) {
    const others = Object.keys(steps).filter((other) => other !== name);
    mistakes.push({
      code: 'unknown-step',
      what: `There is no step ${step} to come after`,
      expected: others.length > 0 ? expectedName(step, others) : 'no `after`: the step starts at the source',
      where,
    });
    return 'unknown';
  }
  if (!outcomesOfStep.includes(outcome as AfterOutcome)) {
    mistakes.push({
      code: 'unknown-outcome',
      what: `A step has no outcome ${outcome}`,
      expected: expectedName(outcome, outcomesOfStep),
      where,
    });
    return 'unknown';
  }
  return { step, outcome: outcome as AfterOutcome };
}

function readOutput(
  name: string,
  given: ChainShape['steps'][string]['output'],
  shape: ChainShape,
  yaml: YamlText,
  mistakes: Mistake[],
): StepPlace | undefined {
  const bucket = given.bucket ?? shape.output?.bucket;
  if (bucket === undefined) {
    mistakes.push({
      code: 'no-output-bucket',
      what: `Step ${name} has no bucket to write to`,
      expected: '`bucket` here, or `output: { bucket: NAME }` for all steps',
      where: yaml.place(['steps', name, 'output']),
    });
    return undefined;
  }
  const brace = given.prefix.search(/[{}]/);
  if (brace < 0) return { bucket, prefix: given.prefix };
  // Quarantine and manifests lie right below the prefix: it ends where the last folder without a placeholder does.
  const cut = given.prefix.lastIndexOf('/', brace) + 1;
  const folder = given.prefix.slice(cut);
  try {
    placeholdersOf(folder);
  } catch (error) {
    if (!(error instanceof EventsError)) throw error;
    const { code, what, expected, got } = error.fault;
    const where = yaml.place(['steps', name, 'output', 'prefix']);
    mistakes.push({ code, what, ...(expected && { expected }), ...(got && { got }), where });
    return undefined;
  }
  return { bucket, prefix: given.prefix.slice(0, cut), folder };
}

/** A param that one stage has and another lacks is found before that other stage is deployed. */
function checkParamsOfStages({ params }: ChainShape, place: Chain['place'], mistakes: Mistake[]): void {
  const { default: common = {}, ...stages } = params;
  const named = [...new Set(Object.values(stages).flatMap((one) => Object.keys(one)))];
  for (const [stage, given] of Object.entries(stages)) {
    for (const param of named) {
      if (Object.hasOwn(common, param) || Object.hasOwn(given, param)) continue;
      mistakes.push({
        code: 'missing-param',
        what: `Stage ${stage} has no param ${param}, which other stages have`,
        expected: `it under params.${stage} or params.default`,
        where: place(['params', stage], 'key'),
      });
    }
  }
}
