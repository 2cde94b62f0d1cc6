/** What the peers read of a Table Schema. */
export interface Rules {
  fields: {
    name: string;
    type: string;
    precision?: number;
    scale?: number;
    constraints: { minimum?: number | string; maximum?: number | string; enum?: string[] };
  }[];
  primaryKey?: string[];
}
