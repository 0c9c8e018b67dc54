/** Checks that the properties by which pipelines tell parties are such that some party is known by them. */
import type { Finding } from '../../contracts/finding.ts';
import { finding } from '../../errors/finding.ts';
import { type ResolvePartyOptions, resolveParty } from '../../pipelines/components/resolve-party.ts';
import { party } from '../kinds/party.ts';
import { pipeline } from '../kinds/pipeline.ts';
import { type LoadedFile, lost, ofKind } from '../load.ts';
import type { Model } from '../model.ts';

export function checkParties(model: Model): Finding[] {
  return ofKind(model.loaded, pipeline).flatMap((file) =>
    (model.pipelines.get(file.name)?.steps ?? []).flatMap(({ component, config }, index) =>
      component.name === resolveParty.name ? ofResolution(model, file, config as ResolvePartyOptions, index) : [],
    ),
  );
}

function ofResolution({ parties, loaded }: Model, file: LoadedFile, { by }: ResolvePartyOptions, step: number) {
  const known = parties?.properties ?? [];
  if (lost(loaded, party)) return [];
  return by.flatMap((name, index) => {
    if (known.includes(name)) return [];
    const place = file.source.locate(['steps', step, resolveParty.name, 'by', index]);
    return [finding('PARTY_PROPERTY_UNKNOWN', place, { name }, { unknown: { name, known } })];
  });
}

/** Those that are declared, and the guests of pipelines. */
export function partyNames({ parties, pipelines }: Model): string[] {
  const guests = [...pipelines.values()].flatMap((each) =>
    (each?.steps ?? []).flatMap(({ component, config }) =>
      component.name === resolveParty.name ? ((config as ResolvePartyOptions).guest ?? []) : [],
    ),
  );
  return [...(parties?.names ?? []), ...guests];
}
