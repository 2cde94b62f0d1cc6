import type { Checkpoint, ConvertIo, ConvertReport } from '../converter.ts';
import { ReadAhead } from '../transfer/read-ahead.ts';
import { WriteBehind } from '../transfer/write-behind.ts';
import { defaultSizes, FixedWidthEngine } from './engine.ts';
import type { SlotSizes } from './kernel-memory.ts';
import type { FixedWidthToTsvOptions } from './options.ts';

/**
 * Converts a whole input. The source fills the kernel's memory and the sink borrows from it, nothing is copied between;
 * the next read and the last write are under way while a block is converted.
 * @throws {BadInput} `record-too-long`, `row-too-long`, `no-final-newline`, `utf-16-input`, and what `io.reject` throws.
 */
export async function convertFixedWidth(
  io: ConvertIo,
  options: FixedWidthToTsvOptions,
  sizes: SlotSizes = defaultSizes,
): Promise<ConvertReport> {
  const engine = new FixedWidthEngine(options, io.reject.bind(io), sizes, io.from);
  const input = new ReadAhead(io.source, engine.inputs);
  const output = new WriteBehind(io.sink, sizes.slots);
  let from = 0;
  let to = 0;
  let stopped: Checkpoint | undefined;

  const convertBlock = async () => {
    while (engine.run(to) === 'output') await flush();
  };
  const flush = async () => {
    await output.put(engine.output(to));
    to = (to + 1) % sizes.slots;
    engine.empty(to);
  };

  try {
    engine.carryTo(from);
    for (;;) {
      const length = await input.take();
      io.signal?.throwIfAborted();
      if (length === 0) break;
      engine.accept(from, length);
      await convertBlock();
      if (io.due?.()) {
        stopped = engine.checkpoint();
        break;
      }
      from = (from + 1) % sizes.slots;
      engine.carryTo(from);
      input.release();
    }
    if (!stopped) {
      engine.finish();
      await convertBlock();
    }
    if (engine.output(to).length > 0) await output.put(engine.output(to));
    await output.drain();
  } finally {
    input.stop();
    output.stop();
  }
  return { ...engine.report, ...(stopped && { stopped }) };
}
