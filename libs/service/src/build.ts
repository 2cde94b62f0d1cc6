declare const TRIBUTARY_BUILD: string | undefined;

/**
 * Digest of the bundle that this code runs in, put there by tools/package; empty where it runs from its sources. A fix that
 * is deployed without a new version number is new work all the same.
 */
export const build = typeof TRIBUTARY_BUILD === 'undefined' ? '' : TRIBUTARY_BUILD;
