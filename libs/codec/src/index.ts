export { sourceOf } from './byte-source.ts';
export { deflate, type EndingSink } from './compression/deflate.ts';
export { type InflatedSource, inflate } from './compression/inflate.ts';
export { type Compression, recogniseCompression } from './compression/signature.ts';
export * from './conversion/conversion.ts';
export * from './converter.ts';
export * from './errors.ts';
export * from './options.ts';
export * from './ports.ts';
