import { busError } from '../../../runtime/errors/bus-error.ts';
import { pauseAfter, verdictOn } from '../../../runtime/host/retry.ts';

const policy = { attempts: 4, first: 1000, factor: 3, max: 5000 };
const middle = () => 0.5;

test('pauses grow by the factor up to the maximum', () => {
  expect([1, 2, 3, 4].map((attempt) => pauseAfter(attempt, policy, middle))).toEqual([1000, 3000, 5000, 5000]);
});

test('jitter is a fifth either way', () => {
  expect(pauseAfter(1, policy, () => 0)).toBe(800);
  expect(pauseAfter(1, policy, () => 0.999999)).toBe(1200);
});

test('a transient error is tried again until the attempts are used up', () => {
  const error = busError('ENDPOINT_UNREACHABLE', { endpoint: 'works', reason: 'refused' });
  expect(verdictOn(error, 1, policy, middle)).toEqual({ kind: 'retry', after: 1000 });
  expect(verdictOn(error, 4, policy, middle)).toEqual({ kind: 'give-up' });
});

test('an error of the message is not', () => {
  const error = busError('ENDPOINT_REFUSED', { endpoint: 'works', reason: 'no such street' });
  expect(verdictOn(error, 1, policy, middle)).toEqual({ kind: 'give-up' });
});

test('Retry-After is a lower bound', () => {
  const error = busError('ENDPOINT_BUSY', { endpoint: 'works', reason: 'busy' }, { retryAfter: 60_000 });
  expect(verdictOn(error, 1, policy, middle)).toEqual({ kind: 'retry', after: 60_000 });
});
