/** Checks that a send port which gathers messages neither waits for answers nor keeps an order: both are about single messages. */
import type { Finding } from '../../contracts/finding.ts';
import { finding } from '../../errors/finding.ts';
import type { Model } from '../model.ts';
import { at } from '../plain.ts';

const UNFIT = ['response', 'order', 'faults', 'success', 'dynamic'] as const;

export function checkBatches(model: Model): Finding[] {
  return model.ports.allSend.flatMap(({ name, options }) => {
    if (at(options.value, ['batch']) === undefined) return [];
    return UNFIT.filter((key) => at(options.value, [key]) !== undefined && at(options.value, [key]) !== false).map(
      (key) => finding('BATCH_UNFIT', options.locate([key], 'key'), { port: name, key }),
    );
  });
}
