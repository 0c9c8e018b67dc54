/** `guildhall try <port> [file]`: sends or fetches one message by a port, without a bus, and shows each step. */
import type { Adapter } from '../../contracts/adapter.ts';
import type { BoundLocation, BoundReceivePort, BoundSendPort, Deployment } from '../../contracts/deployment.ts';
import { parseDuration } from '../../contracts/duration.ts';
import { nearest } from '../../errors/nearest.ts';
import { tryReceive } from '../../host/try-receive.ts';
import { trySend } from '../../host/try-send.ts';
import { hostConfigOf } from '../../solution/bus-config.ts';
import type { Console } from '../console.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { findingsSummary, findingText } from '../findings.ts';
import { bytesOfFile, mediaTypeOf } from '../given-file.ts';
import { type OpenedSolution, openSolution } from '../open-solution.ts';
import { trialMessage } from '../trial-message.ts';
import { trialReport } from '../trial-report.ts';
import type { Verb } from '../verb.ts';

interface Options {
  readonly solution: string;
  readonly environment?: string;
  readonly host: string;
  readonly type?: string;
  readonly property: readonly string[];
  readonly wait: string;
  readonly dry?: boolean;
  readonly json?: boolean;
}

const collect = (value: string, before: readonly string[]) => [...before, value];

export const tryPort: Verb = {
  add(program, io, finish) {
    program
      .command('try <port> [file]')
      .description(
        'send a file by a send port, or look at what <port>/<location> receives, step by step, without a bus',
      )
      .option('--solution <folder>', 'the folder of the solution', '.')
      .option('-e, --environment <name>', 'with this environment: its name, or the path of its file')
      .option('--host <name>', 'a location over HTTP listens where this host would', 'main')
      .option('--type <type>', 'the message type of the file; by default the one that it fits')
      .option('--property <name=value>', 'a property of the message; may be given several times', collect, [])
      .option('--wait <time>', 'how long a location waits for something to come', '30s')
      .option('--dry', 'everything but the sending')
      .option('--json', 'print JSON')
      .action(finish((port: string, file: string | undefined, options: Options) => run(port, file, options, io)));
  },
};

async function run(name: string, file: string | undefined, options: Options, io: Console): Promise<ExitCode> {
  const opened = await openSolution(options.solution, options.environment, io);
  const { deployment, findings } = opened;
  if (!deployment) {
    io.err([...findings.map(findingText), findingsSummary(findings)].join('\n'));
    return EXIT.failed;
  }
  const sendPort = deployment.sendPorts.find((port) => port.name === name);
  if (sendPort)
    return file === undefined
      ? usage(`Give the file that ${name} is to send.`, io)
      : sending(sendPort, file, options, deployment, io);
  const found = locationOf(name, deployment);
  if (typeof found === 'string') return usage(found, io);
  if (file !== undefined)
    return usage(`${name} receives: it takes no file. "guildhall send" hands one to a running bus.`, io);
  return receiving(found, options, opened, deployment, io);
}

function usage(text: string, io: Console): ExitCode {
  io.err(text);
  return EXIT.usage;
}

interface Found {
  readonly port: BoundReceivePort;
  readonly location: BoundLocation;
}

/** What is wrong with the name, or what it names. */
function locationOf(name: string, { receivePorts, sendPorts }: Deployment): Found | string {
  const [portName = '', locationName] = name.split('/');
  const port = receivePorts.find((each) => each.name === portName);
  if (!port) {
    const near = nearest(
      name,
      [...sendPorts, ...receivePorts].map((each) => each.name),
    );
    return `There is no port ${portName}.${near === undefined ? '' : ` Did you mean ${near}?`}`;
  }
  const names = port.locations.map((each) => each.name).join(', ');
  if (locationName === undefined && port.locations.length > 1)
    return `${portName} has several locations: choose ${portName}/ and one of ${names}.`;
  const location =
    locationName === undefined ? port.locations[0] : port.locations.find((each) => each.name === locationName);
  return location ? { port, location } : `${portName} has no location ${locationName}: it has ${names}.`;
}

async function sending(
  port: BoundSendPort,
  file: string,
  options: Options,
  deployment: Deployment,
  io: Console,
): Promise<ExitCode> {
  const bytes = bytesOfFile(file, io);
  if (!bytes) return EXIT.usage;
  const given = {
    id: io.newId(),
    bytes,
    contentType: mediaTypeOf(file),
    properties: options.property,
    type: options.type,
  };
  const message = trialMessage(given, port, deployment.schemas);
  if (typeof message === 'string') return usage(message, io);
  const what = message.type === undefined ? 'the file has no type' : `the file is of type ${message.type}`;
  const report = trialReport(
    `${port.name}: ${kindOf(port.adapter, port.responses.length > 0)}; ${what}`,
    options.json === true,
    io,
  );
  const { tell } = report;
  const dry = options.dry === true;
  return report.end(await trySend({ deployment, port, message, dry, options: surroundings(io), tell, signal: never }));
}

async function receiving(
  { port, location }: Found,
  options: Options,
  { bus }: OpenedSolution,
  deployment: Deployment,
  io: Console,
): Promise<ExitCode> {
  const wait = parseDuration(options.wait);
  if (wait === undefined) return usage(`--wait ${options.wait} is no time: write 30s or 5m.`, io);
  const kind = kindOf(location.adapter, port.response !== undefined);
  const heading = `${port.name}/${location.name}: ${kind}; it waits for ${options.wait}`;
  const report = trialReport(heading, options.json === true, io);
  const { tell } = report;
  const around = { ...surroundings(io), http: hostConfigOf(bus, options.host).http };
  return report.end(await tryReceive({ deployment, port, location, wait, options: around, tell, signal: never }));
}

const kindOf = ({ name }: Adapter, twoWay: boolean) => (twoWay ? `${name}, two-way` : name);

/** What the adapter logs is not of interest: the steps tell. */
const surroundings = ({ clock, newId }: Console) => ({ clock, newId, emit: () => {} });

const never = new AbortController().signal;
