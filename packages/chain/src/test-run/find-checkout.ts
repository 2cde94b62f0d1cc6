import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The checkout that a folder lies in: where the services are. Undefined if it lies in none. */
export function findCheckout(folder: string): string | undefined {
  for (let here = folder; ; here = dirname(here)) {
    if (existsSync(join(here, 'services/event-bus/serverless.yml'))) return here;
    if (dirname(here) === here) return undefined;
  }
}
