/** stop() is safe before start(), twice, and during start(); it resolves when nothing of the service runs any more. */
export interface Service {
  start(): Promise<void>;
  stop(): Promise<void>;
}
