/** The published contracts: what third-party adapters, components and stores build on. */
export type * from './adapter.ts';
export type * from './clock.ts';
export type * from './deployment.ts';
export * from './errors.ts';
export type * from './events.ts';
export type * from './expression.ts';
export type * from './finding.ts';
export type * from './inspection.ts';
export type * from './map.ts';
export * from './message.ts';
export type * from './message-box.ts';
export type * from './orchestration.ts';
export type * from './pipeline.ts';
export * from './properties.ts';
export type * from './routing.ts';
export type * from './schema.ts';
export type * from './service.ts';
export type * from './source.ts';
