// Serverless loads functions from CommonJS only; the work is in libs/service.
module.exports = async (framework) => {
  const { standalone } = await import('@tributary/service/deployment');
  const { parquetToCsv } = await import('@tributary/codec/parquet-to-csv');
  return standalone(parquetToCsv, framework);
};
