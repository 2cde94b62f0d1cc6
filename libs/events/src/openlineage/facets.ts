/** Who says so, in every event and facet: a URI, of no page that would have to be there. */
export const PRODUCER = 'urn:tributary:run-ledger';

/** The versions of the specification that events and facets hold to (openlineage.io/spec). */
const schemas = {
  RunEvent: 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent',
  parent: 'https://openlineage.io/spec/facets/1-1-0/ParentRunFacet.json#/$defs/ParentRunFacet',
  errorMessage:
    'https://openlineage.io/spec/facets/1-0-1/ErrorMessageRunFacet.json#/$defs/ErrorMessageRunFacet',
  processing_engine:
    'https://openlineage.io/spec/facets/1-1-1/ProcessingEngineRunFacet.json#/$defs/ProcessingEngineRunFacet',
  jobType: 'https://openlineage.io/spec/facets/2-0-3/JobTypeJobFacet.json#/$defs/JobTypeJobFacet',
  schema: 'https://openlineage.io/spec/facets/1-1-1/SchemaDatasetFacet.json#/$defs/SchemaDatasetFacet',
  version:
    'https://openlineage.io/spec/facets/1-0-1/DatasetVersionDatasetFacet.json#/$defs/DatasetVersionDatasetFacet',
  columnLineage:
    'https://openlineage.io/spec/facets/1-2-0/ColumnLineageDatasetFacet.json#/$defs/ColumnLineageDatasetFacet',
  dataQualityMetrics:
    'https://openlineage.io/spec/facets/1-0-2/DataQualityMetricsInputDatasetFacet.json#/$defs/DataQualityMetricsInputDatasetFacet',
  outputStatistics:
    'https://openlineage.io/spec/facets/1-0-2/OutputStatisticsOutputDatasetFacet.json#/$defs/OutputStatisticsOutputDatasetFacet',
} as const;

export type FacetName = Exclude<keyof typeof schemas, 'RunEvent'>;
export type Facet = { _producer: string; _schemaURL: string } & Record<string, unknown>;

export const RUN_EVENT_SCHEMA = schemas.RunEvent;

/** `{ [name]: facet }`, to be spread among others. */
export function facet(name: FacetName, fields: Record<string, unknown>): Record<string, Facet> {
  return { [name]: { _producer: PRODUCER, _schemaURL: schemas[name], ...fields } };
}
