/**
 * What every store of the MessageBox promises, as a suite for jest: `messageBoxContract('mine', open)` in a test file
 * checks a store against all of it. `open` gives a new, empty box for every test.
 */
import type { OpenBox } from './message-box/bench.ts';
import { createBench } from './message-box/bench.ts';
import { claimContract } from './message-box/claims.ts';
import { convoyContract } from './message-box/convoys.ts';
import { durabilityContract } from './message-box/durability.ts';
import { endContract } from './message-box/ends.ts';
import { inspectionContract } from './message-box/inspection.ts';
import { instanceContract } from './message-box/instances.ts';
import { largePartContract } from './message-box/large-parts.ts';
import { operationContract } from './message-box/operations.ts';
import { orderContract } from './message-box/ordering.ts';
import { ownershipContract } from './message-box/ownership.ts';
import { priorityContract } from './message-box/priorities.ts';
import { publishContract } from './message-box/publishing.ts';
import { reactionContract } from './message-box/reactions.ts';
import { retentionContract } from './message-box/retention.ts';
import { unitContract } from './message-box/units.ts';
import { watermarkContract } from './message-box/watermarks.ts';

export type { OpenBox, OpenedBox } from './message-box/bench.ts';

export function messageBoxContract(name: string, open: OpenBox): void {
  const check = createBench(open);
  describe(`MessageBox: ${name}`, () => {
    describe('publishing', () => publishContract(check));
    describe('claims and leases', () => claimContract(check));
    describe('units', () => unitContract(check));
    describe('order', () => orderContract(check));
    describe('priorities and stops', () => priorityContract(check));
    describe('reactions', () => reactionContract(check));
    describe('instances', () => instanceContract(check));
    describe('convoys', () => convoyContract(check));
    describe('the end of an instance', () => endContract(check));
    describe('operations', () => operationContract(check));
    describe('ownership', () => ownershipContract(check));
    describe('watermarks', () => watermarkContract(check));
    describe('inspection', () => inspectionContract(check));
    describe('large parts', () => largePartContract(check));
    describe('retention', () => retentionContract(check));
    describe('closing and opening again', () => durabilityContract(check));
  });
}
