// Serverless loads functions from CommonJS only; the work is in resources.ts.
module.exports = async (framework) => {
  const { ledgerDeployment } = await import('./resources.ts');
  return ledgerDeployment(framework);
};
