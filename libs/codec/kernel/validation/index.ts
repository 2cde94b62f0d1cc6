export { listAbsent, listDoublesOutside, listLengthsOutside, listOutside, listUnknown } from './suspects';
export { addKnown } from './known-texts';
export { hashCells, hashSlots, startHashes } from './row-hash';
export { findHashes, insertHashes, logHashes, moveHashes } from './hash-table';
export { addDoubles, addIntegers, addKnownTexts, addTexts, addWide, sampleTexts } from './profile';
export { mergeProfile } from './merge-profile';
