/**
 * What every adapter promises, as a suite to run against a real far end: options are checked, nothing is acknowledged
 * before it is durable, nothing is reported as sent before the far end has it, everything stops when told to.
 * Uses jest's globals.
 */
import type { Adapter } from '../contracts/adapter.ts';
import type { AdapterContractOptions, AdapterHarness } from './adapter-harness.ts';
import { optionCases } from './adapter-option-cases.ts';
import { receiveCases, receiveLinkCases } from './adapter-receive-cases.ts';
import { sendCases, sendLinkCases } from './adapter-send-cases.ts';

export type { AdapterContractOptions, AdapterHarness, ReceiveHarness, SendHarness } from './adapter-harness.ts';

export function adapterContract(
  adapter: Adapter,
  createHarness: () => Promise<AdapterHarness>,
  options: AdapterContractOptions = {},
): void {
  const breakable = (direction: 'receive' | 'send') => !options.unbreakable?.includes(direction);
  describe(`adapter ${adapter.name}`, () => {
    optionCases(adapter);
    if (options.makesItsOwn) return;
    if (adapter.receive) receiveCases(createHarness);
    if (adapter.receive && breakable('receive')) receiveLinkCases(createHarness);
    if (adapter.send) sendCases(createHarness);
    if (adapter.send && breakable('send')) sendLinkCases(createHarness, options);
  });
}
