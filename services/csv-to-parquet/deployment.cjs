// Serverless loads functions from CommonJS only; the work is in libs/service.
module.exports = async (framework) => {
  const { standalone } = await import('@tributary/service/deployment');
  const { csvToParquet } = await import('@tributary/codec/csv-to-parquet');
  return standalone(csvToParquet, framework, { optionFiles: ['schema'] });
};
