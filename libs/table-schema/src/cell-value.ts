/**
 * What a cell's text means, by the type of its field:
 *
 * | field | value |
 * | --- | --- |
 * | `string`, `any`, `duration`, `yearmonth` | string |
 * | `string` with format `uuid` | 16 bytes |
 * | `string` with format `binary` | the bytes |
 * | `integer`, `year` | bigint |
 * | `number` | double; with `precision` and `scale` the unscaled value, a bigint: 12.5 at scale 2 is 1250n |
 * | `boolean` | boolean |
 * | `date` | bigint, days since 1970-01-01 |
 * | `time` | bigint, microseconds since midnight |
 * | `datetime` | bigint, microseconds since 1970-01-01T00:00 (of UTC where the text or format has an offset) |
 * | `object`, `array`, `list`, `geopoint`, `geojson` | string, JSON |
 */
export type CellValue = string | bigint | number | boolean | Uint8Array;

/** A text that is no value of its field's type: why, for a person. */
export interface BadCell {
  expected: string;
}

/** Reads a cell of one field. Missing values are told apart before. */
export type Cast = (text: string) => { value: CellValue } | BadCell;
