/**
 * Where bytes come from: a file, an object, stdin, another codec.
 * @example `for (let n; (n = await source.read(buffer)) > 0; ) use(buffer.subarray(0, n));`
 */
export interface ByteSource {
  /** Fills `into` from its start; resolves to the number of bytes written, 0 at the end. May fill less than asked. */
  read(into: Uint8Array): Promise<number>;
}

/** A file that can be read at any place, in any order, by several at once. */
export interface ByteFile {
  /** Bytes in all. */
  readonly size: number;
  /** Fills `into` with the bytes from `offset` on; resolves to their number, which is less only where the file ends. */
  read(offset: number, into: Uint8Array): Promise<number>;
}

/** Where bytes go. Writes are in order; a sink may resolve early and hold the caller back later. */
export interface ByteSink {
  /** Takes `bytes` in full. They are borrowed: the caller may reuse the memory once the promise resolves. */
  write(bytes: Uint8Array): Promise<void>;
}
