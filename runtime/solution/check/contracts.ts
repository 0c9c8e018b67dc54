/** Checks contracts that locations serve: what is wrong with them, and that there is a message type for each operation. */
import type { Finding, FindingInConfig } from '../../contracts/finding.ts';
import { finding } from '../../errors/finding.ts';
import { message } from '../kinds/message.ts';
import { lost } from '../load.ts';
import type { Model } from '../model.ts';
import { at, textsOf } from '../plain.ts';
import type { WrittenReceivePort } from '../ports.ts';
import type { ServedLocation } from '../served.ts';

export function checkContracts(model: Model): Finding[] {
  return [...model.served.values()].flatMap((served) => {
    if (!served.contract) return [];
    const port = model.ports.allReceive.find(({ locations }) => locations.includes(served.location))!;
    const own = served.contract.findings.map((found) => placed(found, served));
    return [...own, ...untyped(model, served), ...unanswered(model, served, port), ...unknownAnswers(model, served)];
  });
}

function placed(found: FindingInConfig | Finding, { location }: ServedLocation): Finding {
  if ('at' in found) return found;
  const { path, ...rest } = found;
  return { ...rest, at: location.options.locate(path.split('.')) };
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
