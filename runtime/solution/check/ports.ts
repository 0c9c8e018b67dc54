/** Checks the options of locations and send ports: by the schema of their transport, then by the transport's own code. */
import type { Adapter, Direction, JsonSchema } from '../../contracts/adapter.ts';
import type { Finding } from '../../contracts/finding.ts';
import { reasonOf } from '../../errors/as-bus-error.ts';
import { finding } from '../../errors/finding.ts';
import { adapterOptions } from '../adapter-options.ts';
import { addressed, dynamicOf } from '../dynamic.ts';
import { configOf, ownOptions, schemaFor } from '../kinds/transport-options.ts';
import type { Model } from '../model.ts';
import { at, textOf } from '../plain.ts';
import { checkStructure, type Placed } from '../structure.ts';

export function checkPorts(model: Model): Finding[] {
  const locations = model.ports.allReceive.flatMap((port) => port.locations);
  return [
    ...locations.flatMap(({ options }) => checkOptions(model, options, 'receive')),
    ...model.ports.allSend.flatMap(({ name, options }) =>
      isOption(model, name, options) ? [misplacedOption(name, options)] : checkOptions(model, options, 'send'),
    ),
  ];
}

/** An option of the port above that is not indented far enough looks like a port of its own. */
function isOption(model: Model, name: string, { value }: Placed): boolean {
  if (textOf(at(value, ['transport'])) !== undefined) return false;
  const configs = [...model.adapters.values()].map((adapter) => configOf(adapter, 'send')?.['properties'] ?? {});
  return [ownOptions('send'), ...configs].some((known) => Object.hasOwn(known as object, name));
}

function misplacedOption(key: string, { locate }: Placed): Finding {
  const place = locate([], 'key');
  const column = place.column + 2;
  const values = { key, where: '"sendPorts"', direction: 'further in', right: 'the port above it', column };
  return finding('MISPLACED_KEY', place, values, { suggestion: `${column - 1} spaces before it` });
}

const WHAT = { receive: 'a receive location', send: 'a send port' } as const;

function checkOptions(model: Model, options: Placed, direction: Direction): Finding[] {
  const transport = textOf(at(options.value, ['transport']));
  const adapter = model.adapters.get(transport ?? '');
  const schema = adapter && schemaFor(adapter, direction);
  if (transport === undefined) return checkStructure(options, bare(direction), WHAT[direction]);
  if (!adapter || !schema)
    return [unknownTransport(model, options, transport, direction), ...checkOwn(options, direction)];
  const sends = direction === 'send';
  const whole = sends ? addressed(adapter, options) : options;
  const found = sends ? dynamicOf(model, adapter, options).findings : [];
  const structure = checkStructure(whole, schema, `${WHAT[direction]} of transport ${transport}`);
  return [...found, ...(structure.length > 0 ? structure : ownCheck(adapter, whole, direction))];
}

/** The bus's options alone: what else stands there may belong to the transport that is not known. */
const bareSchemas: Record<Direction, JsonSchema> = {
  receive: { type: 'object', properties: ownOptions('receive'), required: ['transport', 'pipeline'] },
  send: { type: 'object', properties: ownOptions('send'), required: ['transport', 'pipeline'] },
};
const bare = (direction: Direction) => bareSchemas[direction];
const checkOwn = (options: Placed, direction: Direction) => checkStructure(options, bare(direction), WHAT[direction]);

function unknownTransport(model: Model, options: Placed, name: string, direction: Direction): Finding {
  const known = [...model.adapters.values()].filter((adapter) => configOf(adapter, direction)).map((each) => each.name);
  const values = { name, direction, known: known.join(', ') };
  return finding('UNKNOWN_TRANSPORT', options.locate(['transport']), values, { unknown: { name, known } });
}

function ownCheck(adapter: Adapter, options: Placed, direction: Direction): Finding[] {
  const config = adapterOptions(adapter, options, direction);
  try {
    return adapter
      .check(config, direction)
      .map(({ path, ...found }) => ({ ...found, at: options.locate(path.split('.')) }));
  } catch (thrown) {
    const values = {
      reason: reasonOf(thrown).replace(/\.$/, ''),
      advice: 'Compare the options with those in the documentation',
    };
    return [finding('OPTION_INVALID', options.locate([]), values)];
  }
}
