/** Takes messages out of a stream or a list of Redis; the source forgets them once they are durable. */
import type { AdapterContext, ReceiveLocation, Submit } from '../../runtime/contracts/adapter.ts';
import { settledWithin } from '../shared/until-aborted.ts';
import type { RedisReceiveConfig } from './config.ts';
import { type Connection, connect } from './connection.ts';
import { redisFailure } from './failure.ts';
import { openList } from './list.ts';
import type { Source, Taken } from './source.ts';
import { openStream } from './stream.ts';

/** What was not taken is offered again after so long (ms); a goodbye may take so long. */
const AGAIN = 200;
const GOODBYE = 300;

export function receiveFromRedis(config: RedisReceiveConfig, context: AdapterContext): ReceiveLocation {
  async function run(submit: Submit, signal: AbortSignal): Promise<void> {
    let connection: Connection | undefined;
    let source: Source | undefined;
    try {
      connection = await connect(config, context, signal);
      const stop = connection.close;
      source =
        config.stream === undefined
          ? openList(connection, config, context, signal)
          : await openStream(connection, config, context);
      const { next } = source;
      while (!signal.aborted) {
        const taken = await next();
        if (taken.length > 0) await hand(taken, submit, signal, stop);
      }
    } catch (thrown) {
      if (!signal.aborted) throw redisFailure(thrown, config.stream ?? config.list ?? '');
    } finally {
      if (source && connection && !connection.ended()) await settledWithin(context.clock, GOODBYE, source.leave());
      connection?.close();
    }
  }

  /** The same ones again until they are taken: nobody else would get them before they count as idle. */
  async function hand(taken: readonly Taken[], submit: Submit, signal: AbortSignal, stop: () => void): Promise<void> {
    for (;;) {
      try {
        await submit(
          taken.map(({ incoming }) => incoming),
          signal,
        );
        break;
      } catch (thrown) {
        if (signal.aborted) throw thrown;
        await context.clock.sleep(AGAIN, signal);
      }
    }
    try {
      for (const { done } of taken) await done();
    } catch (thrown) {
      stop();
      throw thrown;
    }
  }

  return { run };
}
