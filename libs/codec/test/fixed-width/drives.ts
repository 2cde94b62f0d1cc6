/** The layout of the drive-stats feed: records of 109 bytes. */
export const driveFields = [
  { name: 'date', start: 0, end: 15 },
  { name: 'serial_number', start: 15, end: 36 },
  { name: 'model', start: 36, end: 79 },
  { name: 'capacity_bytes', start: 79, end: 98 },
  { name: 'failure', start: 98, end: 109 },
];

const models = [
  'ST4000DM000',
  'HGST HMS5C4040BLE640',
  'TOSHIBA MG07ACA14TA',
  'Seagate BarraCuda 120 SSD ZA250CM10003',
  'X',
];

/** Rows of a made-up fleet of drives, the same each time. */
export function* drives(count: number): Generator<string[]> {
  let state = 1;
  for (let i = 0; i < count; i++) {
    state = (state * 48271) % 2147483647;
    const day = String(1 + (state % 28)).padStart(2, '0');
    const serial = state
      .toString(36)
      .toUpperCase()
      .padStart((state % 9) + 3, 'Z');
    const failure = state % 97 === 0 ? '1' : '0';
    yield [`2022-10-${day}`, serial, models[state % models.length]!, String(state * 1000), failure];
  }
}

/** A record of the feed, without line end. */
export function driveRecord(row: string[]): string {
  return driveFields.map(({ start, end }, i) => row[i]!.padEnd(end - start)).join('');
}
