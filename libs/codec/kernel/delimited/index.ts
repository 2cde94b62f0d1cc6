// The kernel's exports. test/delimited holds them to a naive reader.
export { zero } from '../kept-vector';
export { readBatch } from './batch';
export { countUnits, decodeEightBit, decodeUtf16 } from './decode';
export { attach, countLines, findTerminator, terminatorLength } from './marks';
export { skipRecord } from './skip';
