export { listAbsent, listDoublesOutside, listLengthsOutside, listOutside, listUnknown } from './suspects';
export { addKnown } from './known-texts';
export { hashCells, hashSlots, startHashes } from './row-hash';
export { clearSlots, findHashes, insertHashes, logHashes, moveHashes } from './hash-table';
export { addIntegers } from './integer-profile';
export { addDoubles, addKnownTexts, addTexts, addWide, sampleTexts } from './profile';
export { mergeProfile } from './merge-profile';
