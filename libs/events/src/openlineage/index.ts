export type { OpenLineageDataset } from './datasets.ts';
export { type OpenLineageRunEvent, openLineageOf } from './run-event.ts';
