import { csvCell, words } from './prose.ts';
import { pick, randomFrom } from './random.ts';

export const ARTICLES_SCHEMA = {
  fields: [
    { name: 'id', type: 'integer' },
    { name: 'language', type: 'string' },
    { name: 'published', type: 'datetime' },
    { name: 'title', type: 'string' },
    { name: 'address', type: 'string' },
    { name: 'body', type: 'string' },
  ],
} as const;

/** Mostly text: bodies of several lines with commas and quotes, about 600 bytes a row. */
export function* articles({ rows, seed = 1 }: { rows: number; seed?: number }): Generator<string> {
  const random = randomFrom(seed);
  yield `${ARTICLES_SCHEMA.fields.map(({ name }) => name).join(',')}\n`;
  for (let row = 1; row <= rows; row++) {
    const title = words(random, 3, 8);
    const published = new Date(1_600_000_000_000 + Math.floor(random() * 1.5e8) * 1000);
    const body = Array.from({ length: 1 + Math.floor(random() * 4) }, () => paragraph(random)).join('\n\n');
    yield `${row},${pick(random, ['en', 'de', 'fr', 'pl'])},${published.toISOString().slice(0, 19)},${csvCell(title)},https://example.org/${title.replaceAll(' ', '-')}-${row},${csvCell(body)}\n`;
  }
}

function paragraph(random: () => number): string {
  return `${words(random, 10, 40)}, "${words(random, 2, 5)}", ${words(random, 5, 20)}.`;
}
