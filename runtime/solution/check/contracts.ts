/**
 * Checks contracts that locations serve and that send ports call by: what is wrong with them, and that there is a message type for each
 * operation that is served.
 */
import type { Finding, FindingInConfig } from '../../contracts/finding.ts';
import { finding } from '../../errors/finding.ts';
import { calledBy } from '../called.ts';
import { message } from '../kinds/message.ts';
import { lost } from '../load.ts';
import type { Model } from '../model.ts';
import { at, textsOf } from '../plain.ts';
import type { WrittenReceivePort } from '../ports.ts';
import type { ServedLocation } from '../served.ts';
import type { Placed } from '../structure.ts';

export function checkContracts(model: Model): Finding[] {
  return [...checkServed(model), ...checkCalled(model)];
}

function checkCalled(model: Model): Finding[] {
  return model.ports.allSend.flatMap((port) => {
    const found = calledBy(model, port)?.findings ?? [];
    return found.map((each) => placed(each, port.options));
  });
}

function checkServed(model: Model): Finding[] {
  return [...model.served.values()].flatMap((served) => {
    if (!served.contract) return [];
    const port = model.ports.allReceive.find(({ locations }) => locations.includes(served.location))!;
    const own = served.contract.findings.map((found) => placed(found, served.location.options));
    return [...own, ...untyped(model, served), ...unanswered(model, served, port), ...unknownAnswers(model, served)];
  });
}

function placed(found: FindingInConfig | Finding, options: Placed): Finding {
  if ('at' in found) return found;
  const { path, ...rest } = found;
  return { ...rest, at: options.locate(pathIn(path, options)) };
}

/** Names of operations and parameters may have dots in them. */
function pathIn(path: string, { value }: Placed): string[] {
  const keys: string[] = [];
  for (let rest = path.split('.'); rest.length > 0; rest = rest.slice(keys.at(-1)!.split('.').length)) {
    const inner = at(value, keys);
    const lengths = rest.map((_, index) => rest.length - index);
    const known = lengths
      .map((length) => rest.slice(0, length).join('.'))
      .find((key) => at(inner, [key]) !== undefined);
    keys.push(known ?? rest[0]!);
  }
  return keys;
}

/** The location may name types by itself, of which one is then found by its schema. */
function untyped(model: Model, { location, contract }: ServedLocation): Finding[] {
  if (lost(model.loaded, message) || textsOf(at(location.options.value, ['message'])).length > 0) return [];
  const known = model.schemas.types;
  return contract!.operations
    .filter(({ request }) => !model.schemas.find(request))
    .map(({ name, request }) => {
      const written = ['operations', name, 'request'];
      const place = at(location.options.value, written) === undefined ? ['openapi'] : written;
      return finding(
        'OPERATION_UNTYPED',
        location.options.locate(place),
        { name, type: request },
        { unknown: { name: request, known } },
      );
    });
}

/** An answer is of a type that the port names; where there is none of that name, any of them may be meant. */
function unanswered(model: Model, { location, contract }: ServedLocation, { options }: WrittenReceivePort): Finding[] {
  const types = textsOf(at(options.value, ['response']));
  return contract!.operations
    .filter(({ answers, response }) => answers && !types.includes(response))
    .filter(({ response }) => types.length === 0 || model.schemas.find(response))
    .map(({ name, response: type }) =>
      finding('OPERATION_UNANSWERED', location.options.locate(['openapi']), { name, type }, { severity: 'warning' }),
    );
}

function unknownAnswers(model: Model, { location, contract }: ServedLocation): Finding[] {
  const known = model.schemas.types;
  return contract!.operations
    .flatMap(({ others }) => others)
    .filter(({ type }) => !known.includes(type))
    .map(({ type: name, option }) =>
      finding('UNKNOWN_MESSAGE', location.options.locate(option), { name }, { unknown: { name, known } }),
    );
}
