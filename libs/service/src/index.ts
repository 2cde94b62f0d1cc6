export { announce } from './announcer.ts';
export { type Clients, createClients } from './clients.ts';
export type { InvocationContext } from './deadline.ts';
export { Transient } from './errors.ts';
export { createObject } from './object-sink.ts';
export { type ServeSettings, type StepHandler, type StepSummary, serve } from './serve.ts';
export type { Service } from './step.ts';
