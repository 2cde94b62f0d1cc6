// CommonJS, for only `require` loads at once and not before it is needed: most schemas hold no JSON Schema, and the
// library takes longer to start than all else of a schema does.
exports.loadAjv = () => require('ajv');
exports.loadAjv2020 = () => require('ajv/dist/2020.js');
