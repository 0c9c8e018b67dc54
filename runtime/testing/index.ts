/** Published as `guildhall/testing`: the contract suites and what stands in for the world in tests. */
export * from './adapter-context.ts';
export * from './adapter-contract.ts';
export * from './component-contract.ts';
export * from './eventually.ts';
export * from './message-box-contract.ts';
export * from './pipeline-context.ts';
export * from './test-message.ts';
