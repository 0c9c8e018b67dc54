/** The tables that the catalog is joined from. */
export { adapterErrors } from '../../runtime/errors/adapters.ts';
export { adminErrors } from '../../runtime/errors/admin.ts';
export { expressionErrors } from '../../runtime/errors/expressions.ts';
export { hostErrors } from '../../runtime/errors/host.ts';
export { mapErrors } from '../../runtime/errors/maps.ts';
export { messageBoxErrors } from '../../runtime/errors/message-box.ts';
export { orchestrationErrors } from '../../runtime/errors/orchestration.ts';
export { pipelineErrors } from '../../runtime/errors/pipelines.ts';
export { schemaErrors } from '../../runtime/errors/schemas.ts';
export { solutionErrors } from '../../runtime/errors/solution.ts';
