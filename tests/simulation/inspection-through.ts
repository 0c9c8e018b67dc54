/** An inspection whose every question goes through `through`. */
import type { Inspection } from '../../runtime/contracts/inspection.ts';

export type Through = <T>(question: string, ask: () => Promise<T>) => Promise<T>;

export function inspectionThrough(inner: Inspection, through: Through): Inspection {
  return new Proxy(inner, {
    get: (target, question: keyof Inspection) => {
      const ask = target[question] as (...about: unknown[]) => Promise<unknown>;
      return (...about: unknown[]) => through(question, () => ask(...about));
    },
  });
}
