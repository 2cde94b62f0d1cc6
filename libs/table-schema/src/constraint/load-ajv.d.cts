/** The library for the drafts 6 and 7 of JSON Schema. */
export function loadAjv(): typeof import('ajv');
/** And for draft 2020-12. */
export function loadAjv2020(): typeof import('ajv/dist/2020.js');
