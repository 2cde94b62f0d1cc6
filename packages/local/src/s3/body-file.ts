import type { FileIdentity } from './file-identity.ts';
import type { Digests } from './hashing.ts';

/** Bytes on disk that no record speaks of yet. */
export interface StagedFile extends FileIdentity {
  /** Relative to the directory. */
  path: string;
  /** Where in the file they begin. */
  offset: number;
}

/** A body on its way into a file. */
export interface BodyFile {
  readonly size: number;
  /** Takes bytes, which it copies. A promise means: wait. */
  write(bytes: Uint8Array): Promise<void> | undefined;
  finish(): Promise<{ file: StagedFile; digests: Digests }>;
  /** Leaves nothing behind. */
  abandon(): Promise<void>;
}
