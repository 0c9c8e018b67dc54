/** Brings up what the tests talk to, before the first suite. */
export default async function start(): Promise<void> {}
