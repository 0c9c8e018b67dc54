/** Hosts in config/bus.yaml: what they run and where they listen, and what is wrong with them. */
import { hostConfigOf } from '../../../runtime/solution/bus-config.ts';
import { compileSolution } from '../../../runtime/solution/compile-solution.ts';

const application = (name: string) => `application: ${name}\nreceivePorts: {}\n`;

function compile(hosts: string, environment = '') {
  const files = new Map([
    ['config/bus.yaml', `bus: small\norganisation: northmoor\nstore: memory\n${hosts}`],
    ['config/applications/post.yaml', application('post')],
    ['config/applications/parks.yaml', application('parks')],
    ['config/environments/live.yaml', `environment: live\n${environment}`],
  ]);
  const options = { adapters: [], env: {}, resolvePath: (path: string) => path, environment: 'live' };
  const { bus, deployment, findings } = compileSolution(files, options);
  const told = findings.map(({ at, code, suggestion }) => `${at.file}:${at.line}:${at.column} ${code} ${suggestion}`);
  return { bus, deployment, told };
}

const HOSTS = `hosts:
  front: { applications: [post], http: { address: 10.0.0.5:80 } }
  back: { admin: { address: 127.0.0.1:9000 } }
`;

test('a host has its own applications and addresses; what is not said is that of the bus', () => {
  const { bus, deployment, told } = compile(HOSTS);
  expect(told).toEqual([]);
  const standard = { http: { host: '127.0.0.1', port: 8080 }, admin: { host: '127.0.0.1', port: 8079 } };
  expect(hostConfigOf(bus, 'front')).toEqual({
    ...standard,
    applications: ['post'],
    http: { host: '10.0.0.5', port: 80 },
  });
  expect(hostConfigOf(bus, 'back')).toEqual({
    ...standard,
    applications: undefined,
    admin: { host: '127.0.0.1', port: 9000 },
  });
  expect(hostConfigOf(bus, 'main')).toEqual({ ...standard, applications: undefined });
  expect(deployment?.hosts).toEqual(new Map([['front', ['post']]]));
});

test('an environment changes what it names, and nothing else', () => {
  const { bus } = compile(HOSTS, 'bus:\n  hosts:\n    front: { applications: [parks] }\n');
  expect(hostConfigOf(bus, 'front')).toMatchObject({ applications: ['parks'], http: { port: 80 } });
});

test('an application that there is not is told where it stands, with the nearest that there is', () => {
  const { deployment, told } = compile(HOSTS.replace('[post]', '[parks, pots]'));
  expect(told).toEqual(['config/bus.yaml:5:34 UNKNOWN_APPLICATION post']);
  expect(deployment).toBeUndefined();
  const over = compile('', 'bus:\n  hosts:\n    front: { applications: [park] }\n');
  expect(over.told).toEqual(['config/environments/live.yaml:4:29 UNKNOWN_APPLICATION parks']);
});
