// npm run openlineage -- --schemas PLACE [FOLDER...]: checks OpenLineage events that lie below folders by the official schemas.
// Those of the demo if no folder is named. PLACE: a checkout's `spec` folder, or https://openlineage.io/spec.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkEvents, type LineageEvent } from './check-events.ts';
import { openSchemas } from './schemas.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { schemas: { type: 'string', default: 'https://openlineage.io/spec' } },
});
const folders = positionals.length > 0 ? positionals : ['.tributary/demo/aws/s3'];

const events = folders.flatMap(eventsBelow);
if (events.length === 0) throw new Error(`No OpenLineage events below ${folders.join(', ')}: npm run demo`);
const { events: byType, facets, faults } = await checkEvents(events, openSchemas(values.schemas));
const list = (counts: Record<string, number>) =>
  Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
console.log(`${events.length} events: ${list(byType)}\nfacets: ${list(facets)}`);
for (const fault of faults) console.error(fault);
console.log(faults.length === 0 ? 'All as the schemas have them.' : `${faults.length} faults.`);
if (faults.length > 0) process.exitCode = 1;

/** The ledger writes them to `openlineage/` in its bucket, one to a line. */
function eventsBelow(folder: string): LineageEvent[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.jsonl'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => /(^|[\\/])openlineage[\\/]/.test(path))
    .flatMap((path) => readFileSync(path, 'utf8').trimEnd().split('\n'))
    .map((line) => JSON.parse(line) as LineageEvent);
}
