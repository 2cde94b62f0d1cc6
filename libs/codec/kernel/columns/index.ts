// The kernel's exports. Each has a naive twin in test/columns/.
export { classifyColumn } from './classify';
export * from './columns';
export { gatherBytes, gatherSlots } from './rows';
