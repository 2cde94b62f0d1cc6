// The kernel's exports. Each has a naive twin in test/parquet/.
export { compact8, compact16, countPresent, gather4, gather8, gather16, markUsed, narrow, truthBytes } from './slots';
export { intern8, intern16, internBytes, rehash8, rehash16, rehashBytes } from './dictionary';
export { packBits, packBytes, packFlags } from './hybrid';
export { deltaSize32, deltaSize64, encodeDelta32, encodeDelta64 } from './delta';
export { splitBytes8, writeBigEndian } from './fixed-length';
export { copyStrings, entrySlots, fitRows, gatherStrings, interleaveStrings, stringSlots, sumLengths, sumWords } from './strings';
export { range16, range32, range64, rangeBytes, rangeDouble, rangeInt128 } from './range';
export { snappy } from './snappy';
export { addBytes, addFixed, hashBytes } from './bloom-filter';
