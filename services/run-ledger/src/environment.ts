/** What the template tells the functions. */
export interface Environment {
  bucket: string;
  stage: string;
  bus: string;
  /** Name of the function that compacts. */
  compactFunction: string;
  openLineage: { url: string; endpoint: string; namespace: string; apiKey: string };
}

/** @throws Error if the bucket is not named: nothing can be done without */
export function readEnvironment(env: NodeJS.ProcessEnv): Environment {
  const bucket = env.LEDGER_BUCKET;
  if (!bucket) throw new Error('LEDGER_BUCKET is not set: the bucket of the ledger');
  const stage = env.TRIBUTARY_STAGE || 'dev';
  return {
    bucket,
    stage,
    bus: env.TRIBUTARY_BUS || `tributary-${stage}`,
    compactFunction: env.COMPACT_FUNCTION ?? '',
    openLineage: {
      url: env.OPENLINEAGE_URL ?? '',
      endpoint: env.OPENLINEAGE_ENDPOINT || 'api/v1/lineage',
      namespace: env.OPENLINEAGE_NAMESPACE || `tributary-${stage}`,
      apiKey: env.OPENLINEAGE_API_KEY ?? '',
    },
  };
}
