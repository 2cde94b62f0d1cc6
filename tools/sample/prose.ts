import { pick } from './random.ts';

const WORDS =
  'river stone ledger harbour quiet amber morning parcel truck depot carrier pallet north south invoice signed late early left right under above bridge canal winter autumn freight dock crane mill paper copper linen wool grain barley salt timber glass rope anchor sail wheel axle belt engine signal station platform gate bell market square corner shelf drawer cabinet folder stamp seal letter notice order reply query total sum part whole half third fast slow heavy light bright dim new old blue green red grey plain fine coarse'.split(
    ' ',
  );

/** Words in a row, `least` to `most` of them. */
export function words(random: () => number, least: number, most: number): string {
  const count = least + Math.floor(random() * (most - least + 1));
  let text = pick(random, WORDS);
  for (let word = 1; word < count; word++) text += ` ${pick(random, WORDS)}`;
  return text;
}

/** A cell as RFC 4180 writes it. */
export function csvCell(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
