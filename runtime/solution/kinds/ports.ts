/** The options of receive ports, receive locations and send ports that belong to the bus and not to a transport. */
import type { JsonSchema } from '../../contracts/adapter.ts';
import { closed, duration, expression, listOf, mapping, name, oneOrMore, text } from './parts.ts';

const messageTypes = (description: string) => oneOrMore(name('a message type'), description);
const transport: JsonSchema = { type: 'string', description: 'The transport, by its name in adapters/' };
const responsePipeline = name('the pipeline for the answer of a two-way port');

const failedMessages: JsonSchema = {
  enum: ['suspend', 'route'],
  default: 'suspend',
  description:
    'What becomes of a message that fails for good: it is suspended, or routed to whoever takes failed messages',
};

const catchable: JsonSchema = {
  type: 'string',
  minLength: 1,
  description: 'The name by which an orchestration catches it',
};

const classified = (subject: string) => ({
  retry: { ...expression(`Whether it is worth trying again, over \`${subject}\``), default: false },
  reason: expression(`A text for people, over \`${subject}\``),
});

const timeOfDay = { type: 'string', pattern: '^([01]\\d|2[0-4]):[0-5]\\d$' } as const;

const days: JsonSchema = {
  type: 'array',
  minItems: 1,
  items: { enum: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
  description: 'On these weekdays; every day unless told',
};
const zone: JsonSchema = {
  type: 'string',
  default: 'Europe/London',
  description: 'By the clocks of this time zone',
};

const windowOf = (description: string): JsonSchema =>
  closed(description, {
    calendar: text('A calendar of config/calendars, whose working days and hours count; in place of all others'),
    from: { ...timeOfDay, default: '00:00', description: 'From this time of day' },
    to: {
      ...timeOfDay,
      default: '24:00',
      description: 'Up to this time of day; of the next day where it is before `from`',
    },
    days,
    zone,
  });

const expect = closed(
  'That something comes in every day: when nothing has, it is told as overdue',
  {
    by: { ...timeOfDay, description: 'By this time of day' },
    within: duration('How long before that it may have come', '12h'),
    calendar: text('On the working days of a calendar of config/calendars, by its clocks; in place of days and zone'),
    days,
    zone,
  },
  ['by'],
);

export const locationOptions: Readonly<Record<string, JsonSchema>> = {
  transport,
  pipeline: name('the receive pipeline: how the bytes become messages'),
  responsePipeline,
  dedupe: {
    description: 'What identifies a receipt: promoted properties whose values together are its key, or a mapping',
    anyOf: [
      text('A promoted property'),
      { type: 'array', items: text('A promoted property'), minItems: 1, uniqueItems: true },
      {
        ...closed('What identifies a receipt, and for how long it is remembered', {
          by: oneOrMore(text('A promoted property'), 'Promoted properties whose values together are the key'),
          key: expression('The key, over the properties of the message and its document, `body`'),
          window: duration('For how long a receipt is remembered; without it, as long as retention.keys says'),
        }),
        oneOf: [{ required: ['by'] }, { required: ['key'] }],
      },
    ],
  },
  message: messageTypes('The message types that may come in here, where the bytes do not name themselves'),
  window: windowOf('When it receives; outside it is stopped, and an HTTP path is not there'),
  expect,
  standby: closed(
    'It receives only while another location of the port fails',
    {
      for: name('the location that it takes over for'),
      after: duration('For how long that one has to fail', '5m'),
      return: {
        type: 'boolean',
        default: true,
        description: 'It closes once the other works again; else it stays until the host is started anew',
      },
      exclusive: { type: 'boolean', default: false, description: 'The two never receive at the same time' },
    },
    ['for'],
  ),
  priority: {
    type: 'integer',
    minimum: 1,
    maximum: 10,
    description: 'How urgent it is what comes in here: each level counts as ten minutes of age. Without it, not at all',
  },
};

export const sendPortOptions: Readonly<Record<string, JsonSchema>> = {
  transport,
  pipeline: name('the send pipeline: how messages become bytes'),
  responsePipeline,
  response: messageTypes('Two-way: the message types that the answer may have'),
  maps: listOf(name('a map'), 'Outbound maps; the one whose source is the message is applied'),
  filter: expression('What the port takes beyond messages addressed to it, over promoted properties'),
  dynamic: closed(
    'Each message decides where it goes',
    {
      address: expression('The address, over the properties of the message'),
      allow: {
        type: 'array',
        minItems: 1,
        items: text('A pattern of addresses'),
        description: 'The addresses that messages may decide for; * stands for anything, at the head of a host too',
      },
      options: {
        type: 'object',
        additionalProperties: expression('The value of the option, over the properties of the message'),
        description: 'Options of the transport that messages decide as well, as far as the transport lets them',
      },
    },
    ['address', 'allow'],
  ),
  retry: closed('How often a failed send is tried again, and when', {
    attempts: {
      type: 'integer',
      minimum: 1,
      maximum: 1000,
      default: 3,
      description: 'Attempts in all; 1 means no retry',
    },
    first: duration('The pause before the second attempt', '2s'),
    factor: { type: 'number', minimum: 1, maximum: 100, default: 2, description: 'By how much each pause is longer' },
    max: duration('The longest pause', '5m'),
  }),
  order: {
    type: ['boolean', 'object'],
    description: 'Messages go out one at a time, in the order of publishing: of the port, or of each key',
    properties: {
      by: text('The promoted property whose value is the key. Without it, the whole port keeps one order'),
      onFailure: {
        enum: ['stop', 'skip', 'park'],
        default: 'stop',
        description:
          'What a suspended message does to those behind it of its key: they wait (stop), pass it (skip), or are suspended too (park)',
      },
    },
    additionalProperties: false,
  },
  batch: closed(
    'Messages are gathered, and go out as one',
    {
      count: { type: 'integer', minimum: 1, maximum: 10_000, description: 'At most so many' },
      bytes: {
        type: 'integer',
        minimum: 1,
        default: 16_777_216,
        description: 'Of at most so many bytes together, but for one that is longer by itself',
      },
      wait: duration('How long the first waits for others', '10s'),
      before: { type: 'string', default: '', description: 'What stands before them; {count} is how many they are' },
      between: { type: 'string', default: '', description: 'What stands between two of them' },
      after: { type: 'string', default: '', description: 'What stands behind them' },
      heading: {
        type: 'boolean',
        default: false,
        description: 'The first line of each is the same heading, as in CSV, and stands once',
      },
    },
    ['count'],
  ),
  backup: name('the send port that takes over when all attempts have failed'),
  timeout: duration('How long one attempt may take', '60s'),
  limit: closed('What the far end can bear', {
    concurrent: { type: 'integer', minimum: 1, maximum: 10_000, default: 16, description: 'Sends under way at a time' },
    perSecond: {
      type: 'number',
      minimum: 0.001,
      maximum: 10_000,
      description: 'Sends that begin in a second, evenly spread; 0.5 is one every two seconds',
    },
  }),
  window: windowOf('When it may send; what is for it waits outside'),
  breaker: closed('Spares a far end that is down: after so many failures in a row nothing is sent for a while', {
    failures: { type: 'integer', minimum: 1, maximum: 1000, default: 5, description: 'Transient failures in a row' },
    pause: duration('For how long; then one message tries', '30s'),
  }),
  acknowledge: {
    type: 'boolean',
    default: false,
    description: 'Whether it publishes an acknowledgement of each message that it has sent or given up',
  },
  failedMessages,
  faults: listOf(
    closed(
      'An answer that is an error although the transport reported success',
      {
        when: expression('True when the answer (`response`) is this error'),
        error: catchable,
        ...classified('response'),
      },
      ['when', 'error'],
    ),
    'Answers that are errors although the transport reported success, tried in order',
  ),
  success: {
    description:
      'What must hold of an answer (`response`); one of which it does not is an error, unless `faults` named it',
    anyOf: [
      expression('True when the answer (`response`) is no error'),
      closed(
        'What must hold, and what is said of an answer of which it does not',
        {
          when: expression('True when the answer (`response`) is no error'),
          error: { ...catchable, default: 'Unsuccessful' },
          ...classified('response'),
        },
        ['when'],
      ),
    ],
  },
  failures: listOf(
    closed(
      'A failure of the far end, such as a fault, that is told from others by what it says',
      {
        when: expression('True when what went wrong (`error`: name, code, reason, detail) is this'),
        error: catchable,
        ...classified('error'),
        done: {
          type: 'boolean',
          default: false,
          description: 'The far end has done the work all the same: the message counts as sent',
        },
      },
      ['when', 'error'],
    ),
    'Failures of the far end by another name or of another class, tried in order',
  ),
};

export const receivePortOptions: Readonly<Record<string, JsonSchema>> = {
  response: messageTypes(
    'The type or types of the answer, errors that are declared among them; makes the port two-way',
  ),
  timeout: duration('How long a caller waits for the answer', '30s'),
  maps: listOf(name('a map'), 'Inbound maps; the one whose source is the message is applied'),
  failedMessages,
};

/** A send port group: what reaches it goes to each of its members. */
export const sendPortGroup: JsonSchema = closed(
  'A send port group: what is addressed to it, or what its filter takes, goes to each of its members',
  {
    members: {
      type: 'array',
      items: name('a send port'),
      minItems: 1,
      uniqueItems: true,
      description: 'The send ports that get a copy each; they keep their own filters',
    },
    filter: expression('What the group takes beyond messages addressed to it, over promoted properties'),
  },
  ['members'],
);

/** What must stand in every location and every send port, whatever the transport. */
export const requiredOfPorts = ['transport', 'pipeline'] as const;

/** A receive port, with its locations as `location` says. */
export const receivePort = (location: JsonSchema): JsonSchema =>
  closed('A receive port: where messages come in', {
    ...receivePortOptions,
    locations: {
      ...mapping('Its receive locations by name; without any, only orchestrations send there', location),
      minProperties: 1,
    },
  });
