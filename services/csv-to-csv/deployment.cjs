// Serverless loads functions from CommonJS only; the work is in libs/service.
module.exports = async (framework) => {
  const { standalone } = await import('@tributary/service/deployment');
  const { csvToCsv } = await import('@tributary/codec/csv-to-csv');
  return standalone(csvToCsv, framework);
};
