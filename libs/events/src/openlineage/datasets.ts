import type { ObjectRef, StepCompletedDetail, StepFacts, StepOutput } from '../step-events.ts';
import { type Facet, facet } from './facets.ts';

export interface OpenLineageDataset {
  /** `s3://<bucket>`, as OpenLineage names datasets of S3. */
  namespace: string;
  /** The object's key. */
  name: string;
  facets?: Record<string, Facet>;
  inputFacets?: Record<string, Facet>;
  outputFacets?: Record<string, Facet>;
}

/** What a step knows of its input's quality: rows read, and per column what a profile says. */
export interface InputQuality {
  rows?: number | undefined;
  profile?: StepFacts['profile'];
}

export function inputDataset(input: ObjectRef, quality?: InputQuality): OpenLineageDataset {
  return {
    ...nameOf(input),
    facets: versionOf(input),
    inputFacets: facet('dataQualityMetrics', {
      ...(quality?.rows !== undefined && { rowCount: quality.rows }),
      bytes: input.bytes,
      fileCount: 1,
      columnMetrics: columnMetricsOf(quality?.profile),
    }),
  };
}

/** The outputs of a completed step; where its event could not list them, the manifest that does stands for them. */
export function outputDatasets(detail: StepCompletedDetail): OpenLineageDataset[] {
  const { outputs, manifest, input, schema } = detail;
  if (outputs.length === 0 && manifest !== undefined) {
    return [
      { ...nameOf(manifest), facets: versionOf(manifest), ...statisticsOf(detail.rows, manifest.bytes) },
    ];
  }
  return outputs.map((output) => ({
    ...nameOf(output),
    facets: {
      ...versionOf(output),
      ...schemaOf(output, schema?.descriptor),
      ...columnLineageOf(output, input, schema?.descriptor),
    },
    ...statisticsOf(output.rows ?? (outputs.length === 1 ? detail.rows : undefined), output.bytes),
  }));
}

function nameOf({ bucket, key }: { bucket: string; key: string }) {
  return { namespace: `s3://${bucket}`, name: key };
}

function versionOf({ versionId, etag }: ObjectRef): Record<string, Facet> {
  return facet('version', { datasetVersion: versionId ?? etag });
}

/** The rows are what the facet is for: it needs them. */
function statisticsOf(rows: number | undefined, bytes: number): Pick<OpenLineageDataset, 'outputFacets'> {
  if (rows === undefined) return {};
  return { outputFacets: facet('outputStatistics', { rowCount: rows, size: bytes, fileCount: 1 }) };
}

interface Field {
  name: string;
  type?: string;
  description?: string;
}

/** The columns by the schema where the step has told it, else by name alone. */
function fieldsOf(output: StepOutput, descriptor: Record<string, unknown> | undefined): Field[] {
  const fields = descriptor?.fields;
  if (!Array.isArray(fields)) return (output.fields ?? []).map((name) => ({ name }));
  return fields.flatMap((field: Partial<Record<keyof Field, unknown>>) => {
    if (typeof field?.name !== 'string') return [];
    const { name, type, description } = field;
    return [
      {
        name,
        ...(typeof type === 'string' && { type }),
        ...(typeof description === 'string' && { description }),
      },
    ];
  });
}

function schemaOf(
  output: StepOutput,
  descriptor: Record<string, unknown> | undefined,
): Record<string, Facet> {
  const fields = fieldsOf(output, descriptor);
  return fields.length === 0 ? {} : facet('schema', { fields });
}

/** Every step carries its columns through, each out of the one of its name; where it types them it parses them. */
function columnLineageOf(
  output: StepOutput,
  input: ObjectRef,
  descriptor: Record<string, unknown> | undefined,
): Record<string, Facet> {
  const fields = fieldsOf(output, descriptor);
  if (fields.length === 0) return {};
  const typed = descriptor !== undefined && output.mediaType === 'application/vnd.apache.parquet';
  const transformations = [
    { type: 'DIRECT', subtype: typed ? 'TRANSFORMATION' : 'IDENTITY', description: '', masking: false },
  ];
  return facet('columnLineage', {
    fields: Object.fromEntries(
      fields.map(({ name }) => [name, { inputFields: [{ ...nameOf(input), field: name, transformations }] }]),
    ),
  });
}

/** What OpenLineage has a place for in a profile of columns; least and greatest of numbers alone. */
function columnMetricsOf(profile: StepFacts['profile'] = []): Record<string, Record<string, number>> {
  return Object.fromEntries(
    profile.map(({ name, type, rows, nulls, distinct, min, max, sum }) => {
      const numeric = type === 'number' || type === 'integer';
      const metrics: Record<string, number> = {};
      const told = {
        count: rows,
        nullCount: nulls,
        distinctCount: distinct,
        ...(numeric && { min, max, sum }),
      };
      for (const [metric, value] of Object.entries(told)) {
        const number = typeof value === 'string' && value !== '' ? Number(value) : value;
        if (typeof number === 'number' && Number.isFinite(number)) metrics[metric] = number;
      }
      return [name, metrics];
    }),
  );
}
