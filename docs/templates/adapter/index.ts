/**
 * The transport `example-post`: takes messages from a queue behind HTTP, and adds to one. Replace its protocol by yours: receive.ts
 * and send.ts know it, the rest stays much as it is.
 */
import { type Adapter, durationPattern, type JsonSchema } from 'guildhall/contracts';
import { receiveFromExamplePost } from './receive.ts';
import { sendToExamplePost } from './send.ts';

export interface ReceiveConfig {
  readonly url: string;
  readonly poll?: string;
  readonly timeout?: string;
}

export interface SendConfig {
  readonly url: string;
  readonly timeout?: string;
}

/** Every option has a description and, where it has one, a default: `guildhall check` and the contract suite ask for them. */
const url: JsonSchema = { type: 'string', format: 'uri', description: 'Address of the queue' };
const timeout: JsonSchema = {
  type: 'string',
  pattern: durationPattern,
  default: '30s',
  description: 'How long a call may take',
};
const poll: JsonSchema = {
  type: 'string',
  pattern: durationPattern,
  default: '5s',
  description: 'How long to wait before it looks again when there was nothing',
};

const examplePost: Adapter<ReceiveConfig | SendConfig> = {
  name: 'example-post',
  summary: 'Takes messages from a queue behind HTTP, and adds to one.',
  receiveConfig: { type: 'object', required: ['url'], properties: { url, poll, timeout } },
  sendConfig: { type: 'object', required: ['url'], properties: { url, timeout } },
  examples: [
    { title: 'Take what waits', direction: 'receive', config: { url: 'https://post.example/in', poll: '1m' } },
    { title: 'Add to it', direction: 'send', config: { url: 'https://post.example/out' } },
  ],
  /** Two hosts would take the same message at once: each location runs on one of them. */
  exclusive: true,
  /** What the schemas cannot say. */
  check: () => [],
  receive: (config, context) => receiveFromExamplePost(config, context),
  send: (config, context) => sendToExamplePost(config, context),
};

/** What the bus looks for. `extensions` of config/bus.yaml names this folder. */
export const adapters = [examplePost];
