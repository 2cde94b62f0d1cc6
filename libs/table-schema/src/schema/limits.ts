/** Bounds on a descriptor, so that no schema makes the program that reads it slow or large. */
export const limit = {
  fields: 65_536,
  /** Characters of a field's name, a format, a delimiter and other short texts. */
  name: 1024,
  format: 256,
  /** Characters of a title, description, pattern or one of the listed values. */
  text: 65_536,
  missingValues: 1024,
  listed: 65_536,
  keys: 1024,
} as const;
