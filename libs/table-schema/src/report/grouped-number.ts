/**
 * A whole number for reading. `toLocaleString` would load the tables of all languages: tens of milliseconds at every start.
 * @example `grouped(1_234_567) // '1,234,567'`
 */
export function grouped(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ',');
}
