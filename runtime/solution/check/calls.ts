/** Checks what starts and calls: the orchestration is there, and starts with a message of the type that it is given. */
import type { Finding } from '../../contracts/finding.ts';
import { finding } from '../../errors/finding.ts';
import type { KnownOrchestration, Model } from '../model.ts';

export function checkCalls(model: Model): Finding[] {
  return model.orchestrations.flatMap((each) => callsOf(model, each));
}

function callsOf({ orchestrations }: Model, { program, file }: KnownOrchestration): Finding[] {
  return (program?.calls ?? []).flatMap(({ orchestration: name, type, path }) => {
    const called = orchestrations.find((each) => each.name === name);
    const at = file.source.locate([...path, 'orchestration']);
    if (!called) {
      const known = orchestrations.map((each) => each.name);
      return [finding('UNKNOWN_ORCHESTRATION', at, { name }, { unknown: { name, known } })];
    }
    const types = called.program?.activations.map(({ messageType }) => messageType);
    if (!types || types.includes(type)) return [];
    return [finding('CALL_TYPE', at, { name, type, types: types.join(', ') })];
  });
}
