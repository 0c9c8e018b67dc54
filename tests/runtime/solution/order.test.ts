/** `order` of send ports and `priority` of locations: what is bound, and what `guildhall check` says of a wrong key. */
import { changed, compile, placeOf, shop, told } from './small-solution.ts';

const archive = (option: string, more = '') => {
  const files = changed(shop, 'transport: drop', `transport: drop\n    ${option}`);
  return more === '' ? files : changed(shop, 'filter: message.type == "order" && order.kind == "large"', more, files);
};
const boundOrder = (option: string) => compile(archive(option)).deployment!.sendPorts[1]!.order;

test.each([
  ['order: true', { onFailure: 'stop' }],
  ['order: {}', { onFailure: 'stop' }],
  ['order: false', undefined],
  ['order: { by: order.id }', { by: 'order.id', onFailure: 'stop' }],
  ['order: { by: order.kind, onFailure: park }', { by: 'order.kind', onFailure: 'park' }],
  ['order: { by: bus.organisation, onFailure: skip }', { by: 'bus.organisation', onFailure: 'skip' }],
])('%s', (option, order) => {
  expect(told(archive(option))).toEqual([]);
  expect(boundOrder(option)).toEqual(order);
});

test('a port without order has none', () => {
  expect(compile(archive('retry: {}')).deployment!.sendPorts[1]).not.toHaveProperty('order');
});

test('a key that the message type of the filter does not promote', () => {
  const files = archive('order: { by: order.ident }');
  expect(told(files)).toEqual([`${placeOf(files, shop, 'order.ident')} UNKNOWN_PROPERTY order.id`]);
});

test('a key that what an orchestration sends does not promote', () => {
  const files = changed(shop, 'url: http://stock', 'url: http://stock\n    order: { by: order.knid }');
  expect(told(files)).toEqual([`${placeOf(files, shop, 'order.knid')} UNKNOWN_PROPERTY order.kind`]);
  const right = changed(shop, 'url: http://stock', 'url: http://stock\n    order: { by: order.kind }');
  expect(told(right)).toEqual([]);
});

test('of several types each must promote the key', () => {
  const filter = 'filter: message.type in ["order", "answer"]';
  const files = archive('order: { by: order.id }', filter);
  const { findings } = compile(files);
  expect(findings).toMatchObject([{ code: 'UNKNOWN_PROPERTY', message: expect.stringContaining('type answer') }]);
});

test('a filter that names no type: some type that is published must promote the key', () => {
  const filter = 'filter: bus.receivePort == "orders"';
  expect(told(archive('order: { by: order.id }', filter))).toEqual([]);
  const files = archive('order: { by: order.size }', filter);
  expect(told(files)).toMatchObject([expect.stringContaining('UNKNOWN_PROPERTY')]);
});

test('a backup port takes the types of the port that it backs up', () => {
  const backed = changed(shop, 'url: http://stock', 'url: http://stock\n    backup: archive');
  const port = 'transport: drop\n    order: { by: order.idd }';
  const files = changed(shop, 'transport: drop', port, changed(shop, /filter.*/.exec(backed[shop]!)![0], '', backed));
  expect(told(files)).toEqual([`${placeOf(files, shop, 'order.idd')} UNKNOWN_PROPERTY order.id`]);
});

test('an unknown policy, and an unknown key, are told with what was meant', () => {
  const policy = archive('order: { onFailure: stpo }');
  expect(told(policy)).toEqual([`${placeOf(policy, shop, 'stpo')} NOT_ALLOWED stop`]);
  const key = archive('order: { onFailur: stop }');
  expect(told(key)).toEqual([`${placeOf(key, shop, 'onFailur')} UNKNOWN_KEY onFailure`]);
});

test('a location may be urgent, from 1 to 10', () => {
  const location = (priority: string) => changed(shop, 'dedupe: order.id', `dedupe: order.id, priority: ${priority}`);
  const [port] = compile(location('7')).deployment!.receivePorts;
  expect(port!.locations[0]!.priority).toBe(7);
  for (const wrong of ['0', '11', '1.5', 'high']) {
    const files = location(wrong);
    expect(told(files)).toHaveLength(1);
    expect(told(files)[0]).toContain(placeOf(files, shop, `${wrong} }`));
  }
});
