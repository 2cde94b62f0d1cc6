import { findViolations } from './find-violations.ts';

const { violations, imports } = findViolations(process.cwd());
for (const { place, message } of violations) console.error(`${place}  ${message}`);
// A check that saw no imports has checked nothing.
const passed = violations.length === 0 && imports > 0;
console.error(`Boundaries: ${imports} imports checked, ${violations.length} violations`);
process.exitCode = passed ? 0 : 1;
