/**
 * Tells from which party a message comes: the first property of `by` that it has decides, and what the others say must not contradict that,
 * so that nobody passes for another by what stands in the message.
 */
import { derive, type Message, withProperties } from '../../contracts/message.ts';
import type { PipelineComponent } from '../../contracts/pipeline.ts';
import { BUS } from '../../contracts/properties.ts';
import { busError } from '../../errors/bus-error.ts';

export interface ResolvePartyOptions {
  readonly by: readonly string[];
  /** The name that those have whom nobody knows. Absent: their messages are suspended. */
  readonly guest?: string;
}

export const resolveParty: PipelineComponent<ResolvePartyOptions> = {
  name: 'resolve-party',
  summary: 'Tells from which party a message comes, as the promoted property `bus.party`.',
  stages: ['resolve-party'],
  config: {
    type: 'object',
    additionalProperties: false,
    required: ['by'],
    properties: {
      by: {
        type: 'array',
        minItems: 1,
        uniqueItems: true,
        items: { type: 'string', minLength: 1 },
        description: 'The properties by which parties are known: the first that the message has decides',
      },
      guest: {
        type: 'string',
        minLength: 1,
        description: 'The party that unknown senders count as; without it their messages are suspended',
      },
    },
  },
  async execute(message, { by, guest }, { parties }) {
    const told = by.flatMap((property) => saidBy(message, property));
    const [first, ...others] = told.map(([property, value]) => ({
      property,
      value,
      party: parties?.find(property, value),
    }));
    const found = first?.party;
    const other = others.find(({ party }) => party !== undefined && found !== undefined && party !== found);
    if (other)
      throw busError('PARTY_CONTRADICTED', {
        party: found,
        by: first?.property,
        other: other.party,
        also: other.property,
      });
    const party = found ?? guest;
    if (party === undefined) throw busError('PARTY_UNKNOWN', { found: asFound(told), by: by.join(', ') });
    return derive(message, {
      context: withProperties(message.context, [[BUS.party, { value: party, promoted: true }]]),
    });
  },
};

function saidBy({ context }: Message, property: string): [string, string][] {
  const found = context.get(property);
  return found === undefined || found.value === '' ? [] : [[property, String(found.value)]];
}

function asFound([first]: readonly (readonly [string, string])[]): string {
  return first ? `nobody is known by ${first[0]} "${first[1]}"` : 'it has none of the properties';
}
