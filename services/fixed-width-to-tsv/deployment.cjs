// Serverless loads functions from CommonJS only; the work is in libs/service.
module.exports = async (framework) => {
  const { standalone } = await import('@tributary/service/deployment');
  const { fixedWidthToTsv } = await import('@tributary/codec/fixed-width-to-tsv');
  return standalone(fixedWidthToTsv, framework, { optionFiles: ['layout'] });
};
