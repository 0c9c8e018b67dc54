/** The RabbitMQ that carries the mobile app's reports, where this machine has one. */
import { findRabbitMq, startRabbitMq } from '../servers/rabbitmq.ts';
import type { Broker } from './town.ts';

export interface OpenBroker extends Broker {
  stop(): Promise<void>;
}

export interface BrokerOptions {
  readonly queue: string;
  /** Keeps what is in the queue for the next start. */
  readonly data?: string;
  /** Do without, even where there is one. */
  readonly without?: boolean;
  readonly say: (text: string) => void;
}

const STAND_IN = 'the mobile app drops files instead (environment demo-without-rabbitmq).';

/** Undefined without a RabbitMQ: none is installed for this. */
export async function openBroker({
  queue,
  data,
  without = false,
  say,
}: BrokerOptions): Promise<OpenBroker | undefined> {
  if (without || !findRabbitMq()) {
    say(`${without ? 'Without RabbitMQ, as told' : 'There is no RabbitMQ on this machine'}: ${STAND_IN}`);
    return undefined;
  }
  say('Starting a RabbitMQ of our own ...');
  const { url, stop } = await startRabbitMq(data);
  return { url, queue, stop };
}
