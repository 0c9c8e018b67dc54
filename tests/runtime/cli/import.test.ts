/** `guildhall import` as an integrator uses it: contracts of several files, from the disk and from a web server, become what `check` accepts. */
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { guildhall, temporaryFolder } from './terminal.ts';

const temporary = temporaryFolder();
afterAll(() => temporary.remove());
let made = 0;

const CORE = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:core" elementFormDefault="qualified">
  <xs:simpleType name="Uprn"><xs:restriction base="xs:string"><xs:pattern value="[0-9]{1,12}"/></xs:restriction></xs:simpleType>
</xs:schema>`;
const BINS = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:c="urn:core" xmlns:b="urn:bins" targetNamespace="urn:bins" elementFormDefault="qualified">
  <!-- <xs:include schemaLocation="gone.xsd"/> -->
  <xs:import namespace="urn:core" schemaLocation="../common/core.xsd"/>
  <xs:complexType name="Bin"><xs:sequence><xs:element name="uprn" type="c:Uprn"/></xs:sequence></xs:complexType>
  <xs:element name="MissedBin" type="b:Bin"/>
  <xs:element name="MissedBinTaken"><xs:complexType><xs:sequence><xs:element name="ref" type="xs:string"/></xs:sequence></xs:complexType></xs:element>
  <xs:element name="BinFault"><xs:complexType><xs:sequence><xs:element name="reason" type="xs:string"/></xs:sequence></xs:complexType></xs:element>
</xs:schema>`;
const WSDL = `<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
    xmlns:t="urn:binsvc" xmlns:b="urn:bins" xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:binsvc">
  <types><xs:schema><xs:import namespace="urn:bins" schemaLocation="xsd/bins.xsd"/></xs:schema></types>
  <message name="in"><part name="body" element="b:MissedBin"/></message>
  <message name="out"><part name="body" element="b:MissedBinTaken"/></message>
  <message name="fault"><part name="body" element="b:BinFault"/></message>
  <portType name="Bins"><operation name="Report">
    <input message="t:in"/><output message="t:out"/><fault name="f" message="t:fault"/></operation></portType>
  <binding name="BinsSoap" type="t:Bins"><soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>
    <operation name="Report"><soap:operation soapAction="urn:report"/>
      <input><soap:body use="literal"/></input><output><soap:body use="literal"/></output>
      <fault name="f"><soap:fault name="f" use="literal"/></fault></operation></binding>
  <service name="BinService"><port name="BinsPort" binding="t:BinsSoap"><soap:address location="http://127.0.0.1:9/bins"/></port></service>
</definitions>`;
const OPENAPI = `openapi: 3.0.3
info: { title: Potholes, version: "1" }
servers: [{ url: "http://127.0.0.1:9/api/" }]
paths:
  /reports/{id}:
    parameters: [{ $ref: "#/components/parameters/Id" }]
    get:
      operationId: findReport
      parameters: [{ name: full, in: query, schema: { type: boolean } }]
      responses: { "200": { description: it, content: { application/json: { schema: { $ref: "#/components/schemas/Report" } } } } }
  /reports:
    post:
      operationId: sendReport
      requestBody: { content: { application/json: { schema: { $ref: "models/Report.yaml" } } } }
      responses: { "201": { $ref: "answers.yaml#/responses/Made" } }
components:
  parameters: { Id: { name: id, in: path, required: true, schema: { type: string, format: snowflake } } }
  schemas:
    Report:
      type: object
      required: [place]
      properties:
        place: { $ref: "models/Place.yaml" }
        depth: { type: number, minimum: 0, exclusiveMinimum: true, nullable: true, example: 3 }
        near: { $ref: "#/components/schemas/Report/properties/place" }
        before: { $ref: "#/components/schemas/Report" }
`;
const FILES: Readonly<Record<string, string>> = {
  'common/core.xsd': CORE,
  'xsd/bins.xsd': BINS,
  'bins.wsdl': WSDL,
  'potholes.yaml': OPENAPI,
  'answers.yaml':
    'responses:\n  Made:\n    description: made\n    content: { application/json: { schema: { type: object, properties: { id: { type: string } } } } }\n',
  'models/Report.yaml': 'type: object\nproperties:\n  place: { $ref: Place.yaml }\n  parent: { $ref: "#" }\n',
  'models/Place.yaml': 'type: object\nproperties: { uprn: { type: string, pattern: "^[0-9]+$" } }\n',
};

/** A fresh solution, and the contracts beside it. */
async function ground(): Promise<{ solution: string; contracts: string }> {
  made += 1;
  const folder = join(temporary.folder, `g${made}`);
  const contracts = join(folder, 'contracts');
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(join(contracts, path, '..'), { recursive: true });
    writeFileSync(join(contracts, path), text);
  }
  await guildhall(folder, 'new', 'solution', 'solution');
  return { solution: join(folder, 'solution'), contracts };
}

const text = (...path: string[]) => readFileSync(join(...path), 'utf8');

async function serving(folder: string): Promise<{ url: string; asked: string[]; server: Server }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url!);
    const path = join(folder, request.url!.replace(/\?.*/, ''));
    response.statusCode = existsSync(path) ? 200 : 404;
    response.end(existsSync(path) ? readFileSync(path) : '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, server };
}

describe('xsd', () => {
  test('the schemas, those that they refer to, and a message type for each element', async () => {
    const { solution, contracts } = await ground();
    const said = await guildhall(solution, 'import', 'xsd', join(contracts, 'xsd/bins.xsd'), '--json');
    expect(said.json()).toEqual({
      files: [
        'bins.xsd',
        'core.xsd',
        'missed-bin.message.yaml',
        'missed-bin-taken.message.yaml',
        'bin-fault.message.yaml',
      ].map((file) => `schemas/bins/${file}`),
      notes: [],
      written: true,
    });
    expect(text(solution, 'schemas/bins/bins.xsd')).toContain('schemaLocation="core.xsd"');
    expect(text(solution, 'schemas/bins/missed-bin.message.yaml')).toContain('root: "{urn:bins}MissedBin"');
    expect((await guildhall(solution, 'check')).exit).toBe(0);
  });

  test('a file whose folder was lost is found beside the contract', async () => {
    const { solution, contracts } = await ground();
    cpSync(join(contracts, 'common/core.xsd'), join(contracts, 'core.xsd'));
    cpSync(join(contracts, 'xsd/bins.xsd'), join(contracts, 'bins.xsd'));
    const said = await guildhall(solution, 'import', 'xsd', join(contracts, 'bins.xsd'));
    expect(said).toMatchObject({ exit: 0, out: expect.stringContaining('schemas/bins/core.xsd') });
    expect((await guildhall(solution, 'check')).exit).toBe(0);
  });

  test('a file that is nowhere is told with the one that refers to it, and nothing is written', async () => {
    const { solution, contracts } = await ground();
    cpSync(join(contracts, 'xsd/bins.xsd'), join(contracts, 'alone/deep/bins.xsd'));
    const said = await guildhall(solution, 'import', 'xsd', join(contracts, 'alone/deep/bins.xsd'));
    expect(said.exit).not.toBe(0);
    expect(said.err).toMatch(/IMPORT_FAILED .*bins\.xsd refers to .*alone\/common\/core\.xsd.*nothing was written/s);
    expect(existsSync(join(solution, 'schemas/bins'))).toBe(false);
  });

  test('a file that is nowhere and that nothing needs is noted, and left to the check', async () => {
    const { solution, contracts } = await ground();
    const schema = BINS.replace('type="c:Uprn"', 'type="xs:string"').replace('../common/', 'http://127.0.0.1:9/');
    writeFileSync(join(contracts, 'bins.xsd'), schema);
    const said = await guildhall(solution, 'import', 'xsd', join(contracts, 'bins.xsd'));
    expect(said).toMatchObject({
      exit: 0,
      out: expect.stringContaining('Note: bins.xsd refers to http://127.0.0.1:9/core.xsd, which cannot be read'),
    });
    const checked = await guildhall(solution, 'check');
    expect(checked).toMatchObject({
      exit: 0,
      out: expect.stringContaining('schemas/bins/bins.xsd:3:80 warning SCHEMA_FILE_UNKNOWN'),
    });
  });

  test.each([
    '<xs:import namespace="urn:core"/>',
    '<xs:import namespace="urn:core" schemaLocation="http://127.0.0.1:9/elsewhere/core-types.xsd"/>',
    '<xs:import namespace="urn:core" schemaLocation="gone/types.xsd"/>',
  ])('what lies beside it is found by its name or its namespace: %s', async (directive) => {
    const { solution, contracts } = await ground();
    writeFileSync(join(contracts, 'core-types.xsd'), CORE);
    writeFileSync(join(contracts, 'bins.xsd'), BINS.replace(/<xs:import [^>]*>/, directive));
    const said = await guildhall(solution, 'import', 'xsd', join(contracts, 'bins.xsd'));
    expect(said).toMatchObject({ exit: 0, out: expect.stringContaining('schemas/bins/core-types.xsd') });
    expect(said.out).not.toContain('Note');
    expect((await guildhall(solution, 'check')).out).toContain('0 errors, 0 warnings');
  });

  test('what comes with the bus is not fetched', async () => {
    const { solution, contracts } = await ground();
    const { url, asked, server } = await serving(contracts);
    const xlink = '<xs:import namespace="http://www.w3.org/1999/xlink" schemaLocation="URL/xlink.xsd"/>';
    writeFileSync(join(contracts, 'links.xsd'), CORE.replace('>', `>${xlink.replace('URL', url)}`));
    const said = await guildhall(solution, 'import', 'xsd', `${url}/links.xsd`);
    server.close();
    expect(said).toMatchObject({ exit: 0, err: '' });
    expect(asked).toEqual(['/links.xsd']);
  });

  test('what is no schema is refused', async () => {
    const { solution, contracts } = await ground();
    const said = await guildhall(solution, 'import', 'xsd', join(contracts, 'potholes.yaml'));
    expect(said.exit).toBeGreaterThan(0);
    expect(said.err).toContain('IMPORT_FAILED');
  });
});

describe('files that are there', () => {
  test('are kept unless --force is told, and --dry-run writes nothing', async () => {
    const { solution, contracts } = await ground();
    const source = join(contracts, 'common/core.xsd');
    const dry = await guildhall(solution, 'import', 'xsd', source, '--dry-run');
    expect(dry.out).toMatch(/^Would write 1 files:\n {2}schemas\/core\/core\.xsd/);
    expect(existsSync(join(solution, 'schemas/core'))).toBe(false);
    await guildhall(solution, 'import', 'xsd', source);
    writeFileSync(join(solution, 'schemas/core/core.xsd'), 'mine');
    const again = await guildhall(solution, 'import', 'xsd', source);
    expect(again.err).toMatch(/IMPORT_EXISTS .*schemas\/core\/core\.xsd.*--force/s);
    expect(text(solution, 'schemas/core/core.xsd')).toBe('mine');
    expect((await guildhall(solution, 'import', 'xsd', source, '--force')).exit).toBe(0);
    expect(text(solution, 'schemas/core/core.xsd')).toBe(CORE);
  });
});

describe('wsdl', () => {
  test('from a web server: message types, and a send port whose filter is left to its owner', async () => {
    const { solution, contracts } = await ground();
    mkdirSync(join(contracts, 'service'), { recursive: true });
    writeFileSync(join(contracts, 'service/bins'), WSDL.replace('xsd/bins.xsd', '/xsd/bins.xsd?v=1&amp;w=2'));
    const { url, asked, server } = await serving(contracts);
    try {
      const said = await guildhall(solution, 'import', 'wsdl', `${url}/service/bins?wsdl`, '--name', 'missed bins');
      expect(said).toMatchObject({ exit: 0, err: '' });
    } finally {
      server.close();
    }
    expect(asked).toEqual(['/service/bins?wsdl', '/xsd/bins.xsd?v=1&w=2', '/common/core.xsd']);
    expect(text(solution, 'schemas/missed-bins/bins.wsdl')).toContain('schemaLocation="bins.xsd"');
    const application = text(solution, 'config/applications/missed-bins.yaml');
    expect(application).toContain('wsdl: schemas/missed-bins/bins.wsdl');
    expect(application).toContain('response: [missed-bin-taken]');
    expect(application).toContain('# filter: message.type in ["missed-bin"]');
    expect((await guildhall(solution, 'check')).exit).toBe(0);
  });

  test('an address that answers with an error is told', async () => {
    const { solution, contracts } = await ground();
    const { url, server } = await serving(contracts);
    const said = await guildhall(solution, 'import', 'wsdl', `${url}/gone?wsdl`);
    server.close();
    expect(said.err).toContain(`IMPORT_FAILED ${url}/gone?wsdl cannot be imported: the server answered 404.`);
  });

  test('an XSD is not a WSDL', async () => {
    const { solution, contracts } = await ground();
    const said = await guildhall(solution, 'import', 'wsdl', join(contracts, 'xsd/bins.xsd'));
    expect(said.err).toContain('it is no WSDL 1.1');
  });
});

describe('openapi', () => {
  test('several files, schemas of other files and of parts, recursion, and the words of version 3.0', async () => {
    const { solution, contracts } = await ground();
    const said = await guildhall(solution, 'import', 'openapi', join(contracts, 'potholes.yaml'), '--json');
    expect(said).toMatchObject({ exit: 0, err: '' });
    expect(JSON.parse(text(solution, 'schemas/potholes/potholes.definitions.json')).$defs).toEqual({
      Report: {
        type: 'object',
        required: ['place'],
        properties: {
          place: { $ref: 'Place.definitions.json#/$defs/Place' },
          depth: { type: ['number', 'null'], exclusiveMinimum: 0 },
          near: { $ref: 'potholes.definitions.json#/$defs/place' },
          before: { $ref: 'potholes.definitions.json#/$defs/Report' },
        },
      },
      place: { $ref: 'Place.definitions.json#/$defs/Place' },
    });
    const application = text(solution, 'config/applications/potholes.yaml');
    expect(application).toContain('openapi: schemas/potholes/contract/potholes.yaml\n    operation: "findReport"\n');
    expect(application).toContain('# url: in place of http://127.0.0.1:9/api\n');
    expect(application).toContain('response: send-report-response');
    expect(JSON.parse(text(solution, 'schemas/potholes/find-report-request.schema.json')).properties).toHaveProperty(
      'id',
    );
    expect(await guildhall(solution, 'check')).toMatchObject({ exit: 0 });
  });

  test.each([
    ['swagger: "1.2"\npaths: {}\n', 'neither an OpenAPI 3 nor a Swagger 2.0 document'],
    ['title: nothing\n', 'neither an OpenAPI 3 nor a Swagger 2.0 document'],
    ['openapi: [\n', 'IMPORT_FAILED'],
    [
      'openapi: 3.1.0\npaths: { /a: { post: { requestBody: { content: { application/json: { schema: { $ref: "#/nowhere" } } } } } } }\n',
      'there is nothing at #/nowhere',
    ],
  ])('%j is refused', async (contract, reason) => {
    const { solution, contracts } = await ground();
    writeFileSync(join(contracts, 'bad.yaml'), contract);
    const said = await guildhall(solution, 'import', 'openapi', join(contracts, 'bad.yaml'));
    expect(said.exit).not.toBe(0);
    expect(said.err).toContain(reason);
    expect(existsSync(join(solution, 'schemas/bad'))).toBe(false);
  });
});

test('names that the solution has already get a number', async () => {
  const { solution, contracts } = await ground();
  await guildhall(solution, 'import', 'xsd', join(contracts, 'xsd/bins.xsd'));
  const said = await guildhall(solution, 'import', 'wsdl', join(contracts, 'bins.wsdl'), '--name', 'service', '--json');
  expect(said.json().files).toContain('schemas/service/missed-bin-2.message.yaml');
  expect((await guildhall(solution, 'check')).exit).toBe(0);
});
