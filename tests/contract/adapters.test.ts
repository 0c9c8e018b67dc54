/** Every adapter keeps the adapter contract; one without a harness in harnesses/<name>.ts fails by name. */
import { existsSync } from 'node:fs';
import { adapters } from '../../adapters/index.ts';
import {
  type AdapterContractOptions,
  type AdapterHarness,
  adapterContract,
} from '../../runtime/testing/adapter-contract.ts';

interface HarnessModule {
  readonly createHarness: () => Promise<AdapterHarness>;
  readonly options?: AdapterContractOptions;
}

const fileOf = (name: string) => new URL(`./harnesses/${name}.ts`, import.meta.url);

for (const adapter of adapters) {
  if (existsSync(fileOf(adapter.name))) {
    const { createHarness, options }: HarnessModule = await import(fileOf(adapter.name).href);
    adapterContract(adapter, createHarness, options);
  }
}

test('every adapter has a harness', () => {
  expect(adapters.map(({ name }) => name).filter((name) => !existsSync(fileOf(name)))).toEqual([]);
});
