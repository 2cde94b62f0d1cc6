import { expect, it } from 'vitest';
import { ProgressBar } from '../src/progress-bar.ts';

function terminal(isTTY: boolean) {
  const written: string[] = [];
  const stream = { isTTY, write: (text: string) => written.push(text) };
  return { stream: stream as unknown as NodeJS.WriteStream, written };
}

const progress = {
  pass: 1,
  bytesIn: 1_000_000,
  bytesInflated: 25_000_000,
  bytesConverted: 0,
  bytesOut: 0,
  splitAt: 0,
};

it('draws on a terminal, not at every step, and clears up', () => {
  const { stream, written } = terminal(true);
  const bar = new ProgressBar(stream, 4_000_000);
  for (let step = 0; step < 1000; step++) bar.update(progress);
  bar.clear();
  expect(written.length).toBeLessThan(20);
  expect(written[0]).toContain('\r\x1b[K 25 % [######..................]  25.0 MB  ');
  expect(written[0]).toMatch(/[\d.]+ [kMGT]?B\/s$/);
  expect(written.at(-1)).toBe('\r\x1b[K');
});

it('does without a total, as for stdin', () => {
  const { stream, written } = terminal(true);
  new ProgressBar(stream, undefined).update(progress);
  expect(written[0]).toContain('\r\x1b[K25.0 MB  ');
});

it('writes nothing where there is no terminal', () => {
  const { stream, written } = terminal(false);
  const bar = new ProgressBar(stream, 4_000_000);
  bar.update(progress);
  bar.clear();
  expect(written).toEqual([]);
});

it('says which pass it is from the second on', () => {
  const { stream, written } = terminal(true);
  new ProgressBar(stream, 4_000_000).update({ ...progress, pass: 2 });
  expect(written[0]).toContain('\r\x1b[Kpass 2   25 % [');
});
