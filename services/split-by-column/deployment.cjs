// Serverless loads functions from CommonJS only; the work is in libs/service.
module.exports = async (framework) => {
  const { standalone } = await import('@tributary/service/deployment');
  const { splitByColumn } = await import('@tributary/codec/split-by-column');
  return standalone(splitByColumn, framework);
};
