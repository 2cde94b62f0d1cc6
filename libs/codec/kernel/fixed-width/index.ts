// The kernel's exports. Each has a naive twin in test/kernel/.
export { convertRecords, skipRecords } from './records';
export { utf8Step } from '../text/utf8';
