/** `guildhall store rotate`: seals anew, under the current key, what an older one has sealed; while the bus runs. */
import { adminOf, type BusOptions, withBusOptions } from '../../bus-options.ts';
import { EXIT } from '../../exit.ts';
import type { Verb } from '../../verb.ts';

export const rotate: Verb = {
  add(program, io, finish) {
    withBusOptions(
      program.command('rotate').description('seal under the current key what an older one has sealed'),
    ).action(
      finish(async (options: BusOptions) => {
        const found = await adminOf(options, io).post<{ seen: number; rotated: number; left: number }>('/store/rotate');
        if (options.json) io.out(JSON.stringify(found));
        else io.out(describe(found));
        return found.left === 0 ? EXIT.ok : EXIT.failed;
      }),
    );
  },
};

function describe({ seen, rotated, left }: { seen: number; rotated: number; left: number }): string {
  const done = `${rotated} of ${seen} messages were sealed under the current key.`;
  if (left === 0) return `${done} The older keys are not needed any more.`;
  return `${done} ${left} are still under older keys, since work on them is under way: rotate again later.`;
}
