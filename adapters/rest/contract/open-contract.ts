/** A contract with the options of the location that serves it: which routes there are, and what stands at each. */
import { readFileSync } from 'node:fs';
import type { AdapterContext } from '../../../runtime/contracts/adapter.ts';
import { segmentMatcher } from '../../../runtime/contracts/path-template.ts';
import { reasonOf } from '../../../runtime/errors/as-bus-error.ts';
import { busError } from '../../../runtime/errors/bus-error.ts';
import { type Contract, type Operation, readContract } from '../../../runtime/openapi/contract.ts';
import type { ContractConfig } from './config.ts';

export interface OpenContract {
  readonly contract: Contract;
  /** '' or `/v1`. */
  readonly base: string;
  readonly paths: readonly ServedPath[];
}

export interface ServedPath {
  /** With the base path. */
  readonly template: string;
  /** The parameters of a path, not decoded; undefined where it is another path. */
  readonly match: (path: string) => Readonly<Record<string, string>> | undefined;
  readonly operations: ReadonlyMap<string, Operation>;
}

/** Reads from disk. Throws BusError kind `config` when the contract cannot be used. */
export function openContract(config: ContractConfig, { name, resolvePath }: AdapterContext): OpenContract {
  try {
    return contractOf(config, (path) => readText(resolvePath(path)));
  } catch (thrown) {
    const reason = `${config.openapi} cannot be used: ${reasonOf(thrown)}`;
    throw busError('ADAPTER_CONFIG', { name, reason }, { cause: thrown });
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').replace(/^\ufeff/, '');
  } catch (thrown) {
    if (Error.isError(thrown) && 'code' in thrown && thrown.code === 'ENOENT') return undefined;
    throw thrown;
  }
}

/** Throws ContractProblem. */
export function contractOf(config: ContractConfig, read: (path: string) => string | undefined): OpenContract {
  const contract = readContract(config.openapi, read);
  const base = (config.path ?? contract.basePath).replace(/\/+$/, '');
  const byPath = Map.groupBy(contract.operations, ({ path }) => base + path);
  const paths = [...byPath].map(([template, operations]): ServedPath => {
    return { template, match: matcherOf(template), operations: firstOfEach(operations) };
  });
  return { contract, base, paths: paths.sort((a, b) => moreSpecific(a.template, b.template)) };
}

function firstOfEach(operations: readonly Operation[]): Map<string, Operation> {
  const found = new Map<string, Operation>();
  for (const operation of operations) if (!found.has(operation.method)) found.set(operation.method, operation);
  return found;
}

const PARAMETER = /\{([^{}]*)\}/g;

function matcherOf(template: string): ServedPath['match'] {
  const segments = template.split('/');
  const matchers = segments.map(segmentMatcher);
  const names = segments.map((segment) => [...segment.matchAll(PARAMETER)].map(([, name]) => name!));
  return (path) => {
    const parts = path.split('/');
    if (parts.length !== matchers.length) return undefined;
    const found: [string, string][] = [];
    for (const [index, part] of parts.entries()) {
      const values = matchers[index]!(part);
      if (!values) return undefined;
      values.forEach((value, at) => void found.push([names[index]![at]!, value]));
    }
    return Object.fromEntries(found);
  };
}

/** Segment by segment: a literal before a parameter, more literal text before less. */
function moreSpecific(a: string, b: string): number {
  const [left, right] = [a.split('/'), b.split('/')];
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const difference = looseness(left[index]!) - looseness(right[index]!);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

const looseness = (segment: string) => (segment.includes('{') ? 1 / (1 + segment.replace(PARAMETER, '').length) : 0);
