/** Addresses inside our own networks, and a lookup of names that does not lead there: for far ends that messages name. */
import { lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { busError } from '../errors/bus-error.ts';

const inside = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  inside.addSubnet(network, bits, 'ipv4');
/** `::/96` and `64:ff9b::/96` hold IPv4 addresses, as does `2002::/16`; nobody has to be reached by them. */
for (const [network, bits] of [
  ['::', 96],
  ['64:ff9b::', 96],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  inside.addSubnet(network, bits, 'ipv6');

/** Whether a host is by its own writing in our networks: loopback, private, link-local, multicast. Other names have to be looked up. */
export function isInside(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const version = isIP(bare);
  if (version === 0) return /(^|\.)(localhost|local|internal)$/i.test(bare);
  return inside.check(bare, version === 6 ? 'ipv6' : 'ipv4');
}

/** Fails with ADDRESS_NOT_ALLOWED for a name of which any address is inside. `port` names the send port. */
export function guardedLookup(port: string): LookupFunction {
  return (host, options, callback) => {
    lookup(host, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, []);
      const wrong = found.find(({ address }) => isInside(address));
      if (wrong) {
        const reason = `it leads to ${wrong.address}, which is inside`;
        return callback(busError('ADDRESS_NOT_ALLOWED', { port, address: host, reason }), []);
      }
      const [first] = found;
      return options.all === true ? callback(null, found) : callback(null, first!.address, first!.family);
    });
  };
}
