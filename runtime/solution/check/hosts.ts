/** Checks that the hosts of config/bus.yaml run applications that there are. */
import type { Finding } from '../../contracts/finding.ts';
import { finding } from '../../errors/finding.ts';
import { writtenBus } from '../bus-config.ts';
import { application } from '../kinds/application.ts';
import { lost, ofKind } from '../load.ts';
import type { Model } from '../model.ts';
import { at, mappingsIn, textsOf } from '../plain.ts';

export function checkHosts({ loaded }: Model, environment: string | undefined): Finding[] {
  if (lost(loaded, application)) return [];
  const written = writtenBus(loaded, environment);
  const known = ofKind(loaded, application).map(({ name }) => name);
  return mappingsIn(at(written.value, ['hosts'])).flatMap(([host, { applications }]) =>
    textsOf(applications).flatMap((name, index) => {
      if (known.includes(name)) return [];
      const place = written.locate(['hosts', host, 'applications', index]);
      return [finding('UNKNOWN_APPLICATION', place, { name }, { unknown: { name, known } })];
    }),
  );
}
