/**
 * Promotes more of a message than its type does: fields of its document, and properties that it only carries, under names that filters may
 * use. What is absent promotes nothing, and so does a field that the type of the message does not have: one pipeline may serve many.
 */
import type { FindingInConfig } from '../../contracts/finding.ts';
import { bytesOf, derive, type Message, type Property, withProperties } from '../../contracts/message.ts';
import type { PipelineComponent, PipelineContext, PromotedFrom } from '../../contracts/pipeline.ts';
import { ACK, BUS, ERROR_REPORT } from '../../contracts/properties.ts';
import { busError } from '../../errors/bus-error.ts';
import { compilePromotions } from '../../schemas/promotion.ts';
import { valuePlace } from '../field-keys.ts';

export interface PromoteOptions {
  /** Property to field, as `order.urgency` to `header.priority`. */
  readonly fields?: Readonly<Record<string, string>>;
  /** Property to one that is carried, as `file.name` to `bus.sourceName`. */
  readonly properties?: Readonly<Record<string, string>>;
}

const names = (description: string) => ({
  type: 'object',
  minProperties: 1,
  propertyNames: { pattern: '^[A-Za-z_][\\w]*(\\.[A-Za-z_][\\w]*)*$' },
  additionalProperties: { type: 'string', minLength: 1 },
  description,
});

export const promote: PipelineComponent<PromoteOptions> = {
  name: 'promote',
  summary: 'Promotes fields of the document and carried properties, so that filters may name them.',
  stages: ['validate', 'pre-assemble'],
  config: {
    type: 'object',
    additionalProperties: false,
    minProperties: 1,
    properties: {
      fields: names('Property to field, as order.urgency: header.priority'),
      properties: names('Property to one that is only carried, as file.name: bus.sourceName'),
    },
  },
  check: ({ fields = {}, properties = {} }) => [
    ...Object.keys(fields).flatMap((name) => taken(name, 'fields')),
    ...Object.keys(properties).flatMap((name) => (name in fields ? twice(name) : taken(name, 'properties'))),
  ],
  fields: ({ fields = {} }) =>
    Object.entries(fields).map(([property, field]) => ({
      field,
      path: ['fields', property],
      part: 'value',
      single: true,
      of: 'any',
    })),
  promotes: ({ fields = {}, properties = {} }) =>
    new Map<string, PromotedFrom>([
      ...Object.entries(fields).map(([name, field]) => [name, { field }] as const),
      ...Object.keys(properties).map((name) => [name, { kind: 'any' }] as const),
    ]),
  async execute(message, { fields = {}, properties = {} }, context) {
    const carried = Object.entries(properties).flatMap(([name, from]): [string, Property][] => {
      const found = message.context.get(from);
      return found ? [[name, { value: found.value, promoted: true }]] : [];
    });
    const inside = Object.keys(fields).length > 0 ? await inDocument(message, fields, context) : new Map();
    return derive(message, { context: withProperties(message.context, [...inside, ...carried]) });
  },
};

async function inDocument(
  message: Message,
  fields: Readonly<Record<string, string>>,
  { schemas }: PipelineContext,
): Promise<ReadonlyMap<string, Property>> {
  const schema = message.type === undefined ? undefined : schemas.find(message.type);
  if (!schema) throw busError('PROMOTION_UNTYPED');
  const promotions = Object.entries(fields).flatMap(([property, field]) => {
    const place = valuePlace(schema.document, field);
    return place ? [{ property, keys: place.keys, type: place.type }] : [];
  });
  return compilePromotions(promotions)(message.document ?? schema.read(await bytesOf(message.parts[0])));
}

const OF_THE_BUS: readonly string[] = [BUS, ERROR_REPORT, ACK].flatMap((known) => Object.values(known));

function taken(name: string, key: string): FindingInConfig[] {
  if (!OF_THE_BUS.includes(name)) return [];
  return [wrong(`${key}.${name}`, `The bus itself sets the property ${name}`, 'Give the property a name of its own')];
}

const twice = (name: string) => [
  wrong(`properties.${name}`, `${name} is promoted from a field already`, 'Give each property a name of its own'),
];

function wrong(path: string, reason: string, advice: string): FindingInConfig {
  const { code, message, help } = busError('OPTION_INVALID', { reason, advice });
  return { code, severity: 'error', path, message, help };
}
