import type { TableForm } from '@tributary/codec';
import { extensionsOf } from '@tributary/service/deployment';
import type { ChainStep } from '../chain-file/chain.ts';
import type { ChainGraph } from '../graph.ts';
import type { Mistake } from '../mistake.ts';
import { expectedName } from '../near-name.ts';

/** What file names say of what is in them. Fixed-width records come under any name that text may have. */
const mediaTypeOfSuffix: Readonly<Record<string, string>> = {
  '.csv': 'text/csv',
  '.tsv': 'text/tab-separated-values',
  '.tab': 'text/tab-separated-values',
  '.jsonl': 'application/x-ndjson',
  '.ndjson': 'application/x-ndjson',
  '.parquet': 'application/vnd.apache.parquet',
};

/** Whether each step is given what it reads: kind of file, how it is written, which columns. */
export function checkFlow(graph: ChainGraph): Mistake[] {
  return graph.steps.flatMap((step) => [
    ...checkMediaType(graph, step),
    ...checkFiles(graph, step),
    ...checkDialect(graph, step),
    ...checkFields(graph, step),
    ...checkReferences(graph, step),
  ]);
}

function checkMediaType({ chain, inputOf }: ChainGraph, step: ChainStep): Mistake[] {
  const { mediaTypes } = step.converter.input;
  const { mediaType, writtenBy } = inputOf(step);
  if (writtenBy) {
    if (mediaType === undefined || reads(mediaTypes, mediaType)) return [];
    return [
      {
        code: 'media-type-mismatch',
        what: `${step.service} does not read what ${writtenBy.name} (${writtenBy.service}) writes`,
        expected: `a step that writes ${mediaTypes.join(' or ')}, or a service that reads ${mediaType}`,
        got: mediaType,
        where: chain.place(['steps', step.name, 'after']),
      },
    ];
  }
  if (step.after) return []; // told of the step before
  return chain.source.suffixes.flatMap((suffix, index): Mistake[] => {
    const ending = suffix.toLowerCase().replace(/\.(gz|gzip|zst)$/, '');
    const kind = Object.hasOwn(mediaTypeOfSuffix, ending) ? mediaTypeOfSuffix[ending] : undefined;
    if (kind === undefined || reads(mediaTypes, kind)) return [];
    return [
      {
        code: 'media-type-mismatch',
        what: `${step.service} (step ${step.name}) does not read files that end in ${suffix}`,
        expected: `files of ${mediaTypes.join(' or ')}, or another service`,
        where: chain.place(['source', 'suffixes', index]),
      },
    ];
  });
}

function reads(mediaTypes: readonly string[], mediaType: string): boolean {
  const isText = mediaType.startsWith('text/');
  return mediaTypes.includes(mediaType) || (isText && mediaTypes.includes('text/plain'));
}

/**
 * A step reads one object and ends by one event; the one event of several objects would be work that no single invocation has
 * a bound for. Each of them has an event of its own on the default bus, though: that of S3, which starts another chain.
 */
function checkFiles({ chain, inputOf }: ChainGraph, step: ChainStep): Mistake[] {
  const { writtenBy } = inputOf(step);
  if (!writtenBy?.converter.writesParts?.(writtenBy.parsed)) return [];
  const { bucket, prefix } = writtenBy.output;
  const [extension] = extensionsOf(writtenBy.converter, writtenBy.parsed);
  return [
    {
      code: 'several-files',
      what: `${writtenBy.name} writes several files at once, as partitions or by size, and a step reads one`,
      expected: `a chain of its own, which each of the files starts: source: { bucket: ${bucket}, prefix: ${prefix || "''"}, suffixes: [${extension}] }; or this step before ${writtenBy.name}`,
      where: chain.place(['steps', step.name, 'after']),
    },
  ];
}

function checkDialect({ chain, inputOf }: ChainGraph, step: ChainStep): Mistake[] {
  const { form, writtenBy } = inputOf(step);
  const wanted = formOf(step).dialect ?? {};
  const told: NonNullable<TableForm['dialect']> = form.dialect ?? {};
  return (Object.keys(wanted) as (keyof typeof wanted)[]).flatMap((term): Mistake[] => {
    if (wanted[term] === undefined || told[term] === undefined || wanted[term] === told[term]) return [];
    return [
      {
        code: 'dialect-mismatch',
        what: `${step.name} is to read a table whose ${term} is ${JSON.stringify(wanted[term])}, but ${writtenBy!.name} writes ${JSON.stringify(told[term])}`,
        expected: `no ${term}, as the event of ${writtenBy!.name} tells it, or ${JSON.stringify(told[term])}`,
        where: chain.place(['steps', step.name, 'options', 'dialect', term]),
      },
    ];
  });
}

function checkFields({ chain, inputOf }: ChainGraph, step: ChainStep): Mistake[] {
  const { form, writtenBy } = inputOf(step);
  const { fields: given } = form;
  if (!given) return [];
  return (formOf(step).fields ?? [])
    .filter((name) => !given.includes(name))
    .map((name) => ({
      code: 'missing-column',
      what: `${step.name} needs a column ${JSON.stringify(name)}, which ${writtenBy!.name} does not write`,
      expected: expectedName(name, given),
      where: chain.place(['steps', step.name, 'options']),
    }));
}

/** A path is for the command only: a function reads from S3, and its role names each object. */
function checkReferences({ chain }: ChainGraph, { name, converter, parsed }: ChainStep): Mistake[] {
  return Object.entries(converter.references?.(parsed) ?? {})
    .filter(([, place]) => !/^s3:\/\/[^/]+\/./s.test(place))
    .map(([reference, place]) => ({
      code: 'reference-unusable',
      what: `${name} cannot read the table that ${reference} stands for`,
      expected: 's3://BUCKET/KEY',
      got: JSON.stringify(place),
      where: chain.place(['steps', name, 'options', 'references', reference]),
    }));
}

function formOf({ converter, parsed }: ChainStep): TableForm {
  return converter.inputForm?.(parsed) ?? {};
}
