// Serverless loads functions from CommonJS only; the work is in libs/service.
module.exports = async (framework) => {
  const { standalone } = await import('@tributary/service/deployment');
  const { schemaValidator } = await import('@tributary/codec/schema-validator');
  return standalone(schemaValidator, framework, { optionFiles: ['schema'] });
};
