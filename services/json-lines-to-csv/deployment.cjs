// Serverless loads functions from CommonJS only; the work is in libs/service.
module.exports = async (framework) => {
  const { standalone } = await import('@tributary/service/deployment');
  const { jsonLinesToCsv } = await import('@tributary/codec/json-lines-to-csv');
  return standalone(jsonLinesToCsv, framework);
};
