/** npm passes on every signal but the one that it cannot see, SIGKILL: what it started would go on without it. */

const LOOK = 200;

/** Stops this process, as SIGTERM does, when the npm that started it has gone. Does nothing when npm did not start it. */
export function endWithNpm(): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, LOOK);
  timer.unref();
}
