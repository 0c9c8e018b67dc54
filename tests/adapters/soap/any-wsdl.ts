/** Everything that can be done with a WSDL, whichever it is: its messages compiled, its operations called, served, and called by node-soap. */
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { createClientAsync } from 'soap';
import { soap } from '../../../adapters/soap/adapter.ts';
import { encodeRpc } from '../../../adapters/soap/encoded/encode.ts';
import { nameOf, type QName, readEnvelope } from '../../../adapters/soap/envelope.ts';
import { readService, type SoapOperation, type SoapService } from '../../../adapters/soap/service.ts';
import { readWsdlFiles, type WsdlFile } from '../../../adapters/soap/wsdl-files.ts';
import { decodeXml } from '../../../adapters/soap/xml-reader.ts';
import { bytesOf } from '../../../runtime/contracts/message.ts';
import type { CompiledSchema } from '../../../runtime/contracts/schema.ts';
import { compileSchemas } from '../../../runtime/schemas/compile.ts';
import { readYaml } from '../../../runtime/solution/read-yaml.ts';
import { testAdapterContext } from '../../../runtime/testing/adapter-context.ts';
import { testMessage } from '../../../runtime/testing/test-message.ts';
import { openSink } from '../../contract/http-sink.ts';
import { answering, bodyText, closeLocation, envelope, openLocation, S11, S12 } from './open-location.ts';
import { sampleOf } from './sample.ts';

export interface Swept {
  readonly operations: number;
  /** What went wrong with which operation. */
  readonly problems: readonly string[];
  /** Samples that their schema does not take, since its patterns cannot be guessed. */
  readonly unsure: readonly string[];
}

interface Wsdl {
  readonly root: string;
  readonly file: string;
  readonly service: SoapService;
  readonly port: { readonly service?: string; readonly port?: string };
  readonly schemaOf: (name: QName) => CompiledSchema;
  readonly unsure: string[];
}

/** All SOAP ports of the WSDL at `file`, relative to `root`. Rejects when it cannot be read at all. */
export async function sweepWsdl(root: string, file: string): Promise<Swept> {
  const files = readWsdlFiles(file, (path) => textAt(join(root, path)));
  const problems: string[] = [];
  const unsure: string[] = [];
  let operations = 0;
  for (const port of portsIn(files)) {
    const service = readService(files, port);
    const wsdl = { root, file, service, port, schemaOf: compileTypes(files, service), unsure };
    for (const operation of service.operations) {
      operations += 1;
      for (const [what, step] of Object.entries({ call: callIt, serve: serveIt, 'node-soap': callByNodeSoap })) {
        await step(wsdl, operation).catch((thrown: Error) =>
          problems.push(`${service.name} ${operation.name} ${what}: ${thrown.message.slice(0, 600)}`),
        );
      }
    }
  }
  await closeLocation();
  return { operations, problems, unsure: [...new Set(unsure)] };
}

function textAt(path: string): string | undefined {
  try {
    return decodeXml(readFileSync(path));
  } catch (thrown) {
    if ((thrown as { code?: string }).code === 'ENOENT') return undefined;
    throw thrown;
  }
}

/** By name; one without names where the WSDL has no service. */
function portsIn(files: readonly WsdlFile[]): readonly { readonly service?: string; readonly port?: string }[] {
  const services = files.flatMap(({ root }) => root.children.filter(({ local }) => local === 'service'));
  const ports = services.flatMap(({ attributes, children }) =>
    children
      .filter((port) => port.children.some(({ uri, local }) => local === 'address' && /\/wsdl\/soap/.test(uri)))
      .map((port) => ({ service: attributes['name']!, port: port.attributes['name']! })),
  );
  return ports.length > 0 ? ports : [{}];
}

/** A message type for each element that goes in or out. */
function compileTypes(files: readonly WsdlFile[], service: SoapService): Wsdl['schemaOf'] {
  const texts = new Map(files.map(({ path, text }) => [posix.join('schemas', path), text]));
  const names = service.operations.flatMap(({ input, output }) => (output ? [input, output] : [input]));
  const roots = [...new Set(names.map(nameOf))];
  const messages = roots.map((name, index) => {
    const yaml = `message: m${index}\nschema: ${JSON.stringify(files[0]!.path)}\nroot: ${JSON.stringify(name)}\n`;
    return readYaml(`schemas/m${index}.message.yaml`, yaml).source;
  });
  const { schemas, findings } = compileSchemas({
    messages,
    flats: new Map(),
    read: (path) => texts.get(path),
    files: [...texts.keys()],
  });
  const wrong = findings.filter(({ severity }) => severity === 'error');
  if (wrong.length > 0) throw new Error(wrong.map(({ at, message }) => `${at.file}:${at.line} ${message}`).join('\n'));
  return (name) => schemas.find(`m${roots.indexOf(nameOf(name))}`)!;
}

/** As the message type writes it. */
function written({ schemaOf, unsure }: Wsdl, name: QName): { readonly document: unknown; readonly xml: string } {
  const schema = schemaOf(name);
  const { document, bytes, problem } = sampleOf(schema);
  if (problem) unsure.push(`${nameOf(name)}: ${problem}`);
  return { document, xml: Buffer.from(bytes).toString() };
}

/** What is read of it must be what was written. */
function expectSame({ schemaOf }: Wsdl, name: QName, xml: string, document: unknown): void {
  const read = schemaOf(name).read(Buffer.from(xml));
  const again = Buffer.from(schemaOf(name).write(structuredClone(read))).toString(); // A copy: only values count.
  const wanted = Buffer.from(schemaOf(name).write(document)).toString();
  if (again !== wanted) throw new Error(`${nameOf(name)} arrives as ${again}, not as ${wanted}`);
}

const bare = (xml: string) => xml.replace(/^<\?xml[^>]*\?>\s*/, '');
const namespaceOf = ({ version }: SoapService) => (version === '1.2' ? S12 : S11);

/** Our port calls a server that knows no more than the envelope. */
async function callIt(wsdl: Wsdl, operation: SoapOperation): Promise<void> {
  const { service, root, file, port: choice } = wsdl;
  const request = written(wsdl, operation.input);
  const answer = operation.output && written(wsdl, operation.output);
  let arrived = '';
  const sink = await openSink((body, response) => {
    arrived = body.toString();
    const output = operation.encoded?.output;
    const plain = answer && (operation.empty?.output ? '' : bare(answer.xml));
    const xml = answer && output ? encodeRpc(answer.xml, output, service.types, service.version) : plain;
    response.writeHead(200, { 'Content-Type': 'text/xml' });
    response.end(xml === undefined ? '' : envelope(xml, { namespace: namespaceOf(service) }));
  });
  const context = testAdapterContext({ twoWay: answer !== undefined, resolvePath: (path) => join(root, path) });
  const port = soap.send!({ wsdl: file, url: sink.address, operation: operation.name, ...choice }, context);
  try {
    const message = testMessage({ id: 'm', bytes: Buffer.from(request.xml), contentType: 'application/xml' });
    const given = await port.send(message, new AbortController().signal);
    const { body } = readEnvelope(arrived);
    if (body.length !== (operation.empty?.input ? 0 : 1)) throw new Error(`the call has ${body.length} body elements`);
    if (body[0] && !operation.encoded) expectSame(wsdl, operation.input, body[0].xml, request.document);
    if (answer) {
      expectSame(wsdl, operation.output!, Buffer.from(await bytesOf(given!.parts[0])).toString(), answer.document);
    }
  } finally {
    await port.close();
    await sink.close();
  }
}

async function served(wsdl: Wsdl, operation: SoapOperation) {
  const { root, file, port } = wsdl;
  const answer = operation.output && written(wsdl, operation.output);
  const verdict = answer ? answering(answer.xml) : undefined;
  const more = { twoWay: answer !== undefined, resolvePath: (path: string) => join(root, path) };
  return { answer, ...(await openLocation({ wsdl: file, ...port }, verdict, more)) };
}

/** A caller without any library, and our own port, call what we serve. */
async function serveIt(wsdl: Wsdl, operation: SoapOperation): Promise<void> {
  const { service } = wsdl;
  const request = written(wsdl, operation.input);
  const { answer, post, seen } = await served(wsdl, operation);
  try {
    const input = operation.encoded?.input;
    const plain = operation.empty?.input ? '' : bare(request.xml);
    const xml = input ? encodeRpc(request.xml, input, service.types, service.version) : plain;
    const headers = { 'Content-Type': 'text/xml; charset=utf-8', SOAPAction: `"${operation.action}"` };
    const given = await post(envelope(xml, { namespace: namespaceOf(service) }), headers);
    if (given.status !== (answer ? 200 : 202)) throw new Error(`it is answered ${given.status}: ${given.text}`);
    const called = seen[0]!.context.get('soap.operation')?.value;
    if (called !== operation.name) throw new Error(`the operation ${called} is called`);
    expectSame(wsdl, operation.input, await bodyText(seen[0]), request.document);
    if (operation.empty?.output && readEnvelope(given.text).body.length > 0) throw new Error(given.text);
    if (answer && !operation.encoded && !operation.empty?.output) {
      expectSame(wsdl, operation.output!, readEnvelope(given.text).body[0]!.xml, answer.document);
    }
  } finally {
    await closeLocation();
  }
}

/** What node-soap itself cannot call: rpc messages without parts, and parts that are null. */
const NODE_SOAP_LACKS =
  /^(invalid message definition for rpc style binding|Cannot convert undefined or null to object)/;

/** node-soap reads the WSDL that we serve, and calls with the document as its arguments. */
async function callByNodeSoap(wsdl: Wsdl, operation: SoapOperation): Promise<void> {
  const { service } = wsdl;
  const [serviceName, portName] = service.name.split('/');
  const request = written(wsdl, operation.input);
  const { seen, url } = await served(wsdl, operation);
  try {
    const options = { disableCache: true, forceSoap12Headers: service.version === '1.2' };
    const client = await createClientAsync(`${url}?wsdl`, options);
    const method = portName === undefined ? undefined : client[serviceName!]?.[portName]?.[operation.name];
    if (method === undefined) return; // A WSDL without a service, which node-soap does not call.
    // For rpc it writes the wrapper and its parts itself.
    const args = operation.rpc ? request.document : { _xml: operation.empty?.input ? ' ' : bare(request.xml) };
    try {
      await new Promise<void>((resolve, reject) => {
        method(args, (error: Error | null) => (error ? reject(error) : resolve()));
      });
    } catch (thrown) {
      if (NODE_SOAP_LACKS.test((thrown as Error).message)) return;
      throw thrown;
    }
    const called = seen[0]!.context.get('soap.operation')?.value;
    if (called !== operation.name) throw new Error(`the operation ${called} is called`);
    // In rpc/literal it takes attributes for elements, and qualifies what is unqualified.
    if (!operation.rpc || operation.encoded) {
      expectSame(wsdl, operation.input, await bodyText(seen[0]), request.document);
    }
  } finally {
    await closeLocation();
  }
}
