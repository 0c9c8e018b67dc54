/** config/parties/*.party.yaml: which party has which alias. No two parties may share one. */
import { BlockList, isIP } from 'node:net';
import type { Finding } from '../contracts/finding.ts';
import type { Parties } from '../contracts/party.ts';
import { finding } from '../errors/finding.ts';
import { party as kind } from './kinds/party.ts';
import { type Loaded, type LoadedFile, ofKind } from './load.ts';
import { at, isPlain } from './plain.ts';

export interface ReadParties {
  readonly parties: Parties | undefined;
  readonly findings: readonly Finding[];
}

interface Alias {
  readonly property: string;
  readonly value: string;
  readonly party: string;
}

export function readParties(loaded: Loaded): ReadParties {
  const files = ofKind(loaded, kind).filter(({ source }) => isPlain(source.value));
  if (files.length === 0) return { parties: undefined, findings: [] };
  const findings: Finding[] = [];
  const known = new Map<string, string>();
  const aliases = files.flatMap((file) => aliasesOf(file, known, findings));
  return { parties: partiesOf(aliases), findings };
}

/** `known` is alias to party, of the files before. */
function aliasesOf({ name, source }: LoadedFile, known: Map<string, string>, findings: Finding[]): Alias[] {
  const written = at(source.value, ['aliases']);
  return Object.entries(isPlain(written) ? written : {}).flatMap(([property, values]) =>
    [values].flat().map((value, index) => {
      const alias = { property, value: sameAs(String(value)), party: name };
      const key = JSON.stringify([property, alias.value]);
      const other = known.get(key);
      known.set(key, other ?? name);
      const place = () => source.locate(['aliases', property, ...(Array.isArray(values) ? [index] : [])]);
      const problem = problemWith(String(value));
      if (other !== undefined && other !== name)
        findings.push(finding('PARTY_ALIAS_TAKEN', place(), { property, value: String(value), other }));
      if (problem) findings.push(finding('PARTY_ALIAS_INVALID', place(), { value: String(value), reason: problem }));
      return alias;
    }),
  );
}

const NETWORK = /^([0-9A-Fa-f:.]+)\/(\d{1,3})$/;

function problemWith(value: string): string | undefined {
  const [, address, bits] = NETWORK.exec(value) ?? [];
  if (address === undefined || isIP(address) === 0) return undefined;
  return Number(bits) > (isIP(address) === 6 ? 128 : 32) ? 'the network has more bits than an address' : undefined;
}

/** Fingerprints are the same with colons and without, in either case. */
function sameAs(value: string): string {
  const bare = value.replace(/[: ]/g, '');
  return /^([0-9A-Fa-f]{40}|[0-9A-Fa-f]{64})$/.test(bare) ? bare.toUpperCase() : value;
}

function partiesOf(aliases: readonly Alias[]): Parties {
  const exact = new Map(aliases.map(({ property, value, party }) => [JSON.stringify([property, value]), party]));
  const networks = aliases.flatMap((alias) => networkOf(alias) ?? []).toSorted((a, b) => b.bits - a.bits);
  const within = (property: string, value: string) => {
    const family = isIP(value) === 6 ? 'ipv6' : 'ipv4';
    return isIP(value) === 0
      ? undefined
      : networks.find((each) => each.property === property && each.list.check(value, family))?.party;
  };
  return {
    names: [...new Set(aliases.map(({ party }) => party))],
    properties: [...new Set(aliases.map(({ property }) => property))],
    find: (property, value) => exact.get(JSON.stringify([property, sameAs(value)])) ?? within(property, value),
  };
}

/** The narrowest network that an address is in counts. */
function networkOf({ property, value, party }: Alias) {
  const [, address, bits] = NETWORK.exec(value) ?? [];
  if (address === undefined || isIP(address) === 0 || problemWith(value)) return undefined;
  const list = new BlockList();
  list.addSubnet(address, Number(bits), isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return { property, party, bits: Number(bits), list };
}
