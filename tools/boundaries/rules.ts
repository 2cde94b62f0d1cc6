/** Which project may import which, by folder: the arrows of the design. Everything not listed is forbidden. */
export const ALLOWED_IMPORTS: Record<string, readonly string[]> = {
  'libs/table-schema': [],
  'libs/events': [],
  'libs/codec': ['libs/table-schema'],
  'libs/service': ['libs/events', 'libs/codec', 'libs/table-schema'],
  services: ['libs'],
  packages: ['libs'],
  tools: ['libs', 'services', 'packages', 'tools'],
};

/**
 * Packages that import a sibling: the command line starts the local AWS and the console and checks chains, and tests of a chain
 * run on the local AWS. A package still never imports a service.
 */
export const ALLOWED_SIBLINGS: Record<string, readonly string[]> = {
  'packages/cli': ['packages/local', 'packages/chain', 'packages/console'],
  'packages/chain': ['packages/local'],
};

/** Tests run against the local AWS, whatever project they belong to. */
export const ALLOWED_IN_TESTS = ['packages/local'];

/** External packages that only one project may import. A name ending in `/` is a scope. */
export const RESERVED_PACKAGES: Record<string, { within: string; by: string }> = {
  '@aws-sdk/': { within: 'libs', by: 'libs/service' },
};
