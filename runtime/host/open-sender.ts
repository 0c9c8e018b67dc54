/** Opens a send port of an adapter. Closing it ends in time and never rejects, whatever the adapter does. */
import type { AdapterContext, SendPort } from '../contracts/adapter.ts';
import type { BoundSendPort } from '../contracts/deployment.ts';
import { reasonOf } from '../errors/as-bus-error.ts';
import { CLOSE, inTime } from './in-time.ts';

export function openSender(port: BoundSendPort, config: unknown, context: AdapterContext): SendPort {
  const { clock, emit } = context;
  const sender = port.adapter.send!(config, context);
  const closing = async () => sender.close();
  return {
    send: (message, signal) => sender.send(message, signal),
    close: async () => {
      try {
        await inTime(closing(), { clock, emit, name: port.name, call: 'close', within: CLOSE });
      } catch (thrown) {
        const data = { name: port.name, call: 'close', reason: reasonOf(thrown) };
        emit({ name: 'adapter-abandoned', at: clock.now(), data });
      }
    },
  };
}
