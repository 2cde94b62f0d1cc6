import { type ChainFile, checkChains, describeMistake, type Mistake, services } from '../src/index.ts';

export const surroundings = { stage: 'dev', region: 'us-east-1', params: {}, services };

/** A chain.yml and the files beside it, none of them on disk. */
export function chainFile(text: string, beside: Record<string, string> = {}, file = 'chain.yml'): ChainFile {
  return {
    file,
    text,
    read: (path) => (path in beside ? { file: path, text: beside[path]! } : undefined),
  };
}

/** Checks chains that are given as texts. */
export async function check(
  files: string | readonly ChainFile[],
  { beside = {}, params = {} }: { beside?: Record<string, string>; params?: Record<string, string> } = {},
) {
  const given = typeof files === 'string' ? [chainFile(files, beside)] : files;
  return await checkChains(given, { ...surroundings, params });
}

export const tell = (mistakes: readonly Mistake[]) => mistakes.map(describeMistake);

/** A layout of two columns, as an option. */
export const layout = '{ layout: { fields: [{ name: day, width: 8 }, { name: sum, width: 9 }] } }';

/** A chain of two steps; what is given comes in place of its parts, on one line each. */
export function twoSteps({
  source = '{ bucket: landing, prefix: in/, suffixes: [.txt] }',
  options = '{}',
  after = 'to-tsv',
  when = '',
  prefix = 'parquet/',
  service = 'csv-to-parquet',
  name = 'drives',
  shared = '',
}: Partial<
  Record<'source' | 'options' | 'after' | 'when' | 'prefix' | 'service' | 'name' | 'shared', string>
> = {}) {
  return [
    `chain: ${name}`,
    `source: ${source}${shared}`,
    'output: { bucket: lake }',
    'steps:',
    '  to-tsv:',
    '    service: fixed-width-to-tsv',
    `    options: ${layout}`,
    `    output: { prefix: ${name}/tsv/ }`,
    '  to-parquet:',
    `    service: ${service}`,
    `    after: ${after}`,
    ...(when === '' ? [] : [`    when: ${when}`]),
    `    options: ${options}`,
    `    output: { prefix: '${prefix}' }`,
  ].join('\n');
}
