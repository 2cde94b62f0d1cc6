export { type AloneService, useAlone } from './alone.ts';
export { useRedeployment } from './redeployment.ts';
export { copyService, deployService, packageCopy, packageEventBus, packageService } from './serverless.ts';
export { describeTemplate, packerOf, type Template, typesOf } from './template.ts';
