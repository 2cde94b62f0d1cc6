export type { Chain, ChainStep, ServiceCatalogue } from './chain-file/chain.ts';
export { type ChainFile, readChain, type Surroundings } from './chain-file/read-chain.ts';
export { chainShape } from './chain-file/shape.ts';
export { checkChains } from './check/check-chains.ts';
export { type CompiledChain, compileChain } from './cloudformation/compile-chain.ts';
export { findChainFiles, readChainFile } from './files/chain-files.ts';
export { type ChainGraph, graphOf } from './graph.ts';
export { BadChain, describeMistake, type Mistake } from './mistake.ts';
export { services } from './services.ts';
