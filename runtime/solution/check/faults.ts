/** Checks the rules by which send ports judge answers and failures. */
import type { Finding } from '../../contracts/finding.ts';
import { finding } from '../../errors/finding.ts';
import { faultsOf } from '../filters.ts';
import type { Model } from '../model.ts';
import { at, mappingsIn } from '../plain.ts';
import type { WrittenSendPort } from '../ports.ts';

export function checkFaults(model: Model): Finding[] {
  return model.ports.allSend.flatMap((port) => [
    ...faultsOf(model, port).findings,
    ...unread(port),
    ...unanswered(port),
  ]);
}

/** Without a response the adapter is not asked for the answer. */
function unread({ name, options }: WrittenSendPort): Finding[] {
  if (at(options.value, ['response']) !== undefined || at(options.value, ['batch']) !== undefined) return [];
  return ['faults', 'success']
    .filter((key) => at(options.value, [key]) !== undefined)
    .map((key) => finding('ANSWER_UNREAD', options.locate([key], 'key'), { port: name, key }));
}

/** Whoever asks through a port with answers waits for one. */
function unanswered({ name, options }: WrittenSendPort): Finding[] {
  if (at(options.value, ['response']) === undefined) return [];
  return mappingsIn({ ...(at(options.value, ['failures']) as object | undefined) })
    .filter(([, rule]) => rule['done'] === true)
    .map(([index]) =>
      finding('FAILURE_UNANSWERED', options.locate(['failures', Number(index), 'done']), { port: name }),
    );
}
