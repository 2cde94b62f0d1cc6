/** What the local server answers besides the ledger's API, under `/local`. */

/** `GET /local/about`: that this is a machine of one's own, where files can be looked into and uploaded. */
export interface LocalAbout {
  local: true;
  endpoint: string;
  region: string;
  stateDirectory: string;
  buckets: string[];
}

/** `GET /local/objects?bucket=&prefix=`: newest first, at most 200. */
export interface ObjectsAnswer {
  objects: { bucket: string; key: string; bytes: number; modifiedAt: string }[];
}

/** `GET /local/origin?bucket=&key=`: the run that wrote an object, by what the object says; empty of one that none has. */
export interface ObjectOrigin {
  run?: string;
}

/** What the cells of a column come to: in the first rows, or in all as a step has counted them. */
export interface ColumnSketch {
  name: string;
  /** Of a Table Schema, or Parquet's own. */
  type: string;
  rows: number;
  nulls: number;
  /** Cells that are no value of the column's type. */
  bad?: number;
  distinct: number;
  min?: string;
  max?: string;
  /** Of numbers: twelve bins between least and greatest. */
  bins?: number[];
  /** The most frequent texts. */
  top: { value: string; count: number }[];
}

export interface RulerField {
  name: string;
  /** Positions in the record, from 0. */
  start: number;
  end: number;
}

/** `GET /local/preview?bucket=&key=[&chain=&step=][&raw=1]`: the start of an object. */
export interface ObjectPreview {
  bucket: string;
  key: string;
  bytes: number;
  format: 'parquet' | 'delimited' | 'fixed-width' | 'text' | 'binary' | 'empty';
  compression?: string;
  /** How it was read, and what was noticed. */
  notes: string[];
  columns?: { name: string; type: string }[];
  /** null is a cell that is not there. */
  rows?: (string | null)[][];
  /** Rows of the whole object, where it says so. */
  totalRows?: number;
  /** Raw lines, as text. */
  lines?: string[];
  /** Where the columns of a fixed-width record are. */
  ruler?: RulerField[];
  profile?: ColumnSketch[];
}

/** `GET /local/logs?run=`: what the functions have logged for a run. */
export interface LogsAnswer {
  lines: { function: string; requestId: string; line: string }[];
  /** Whether there was more. */
  cut: boolean;
}

/** `POST /local/objects?bucket=&key=`, the bytes as body. */
export interface UploadAnswer {
  bucket: string;
  key: string;
  bytes: number;
}
