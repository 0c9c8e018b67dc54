/** XML by the annotations of OpenAPI through a whole host: in by HTTP, validated, mapped, out as JSON; and the other way. */
import { type SmallBus, startSmallBus } from './small-bus.ts';

let bus: SmallBus | undefined;
afterEach(async () => {
  await bus?.stop();
  bus = undefined;
});

const schema = JSON.stringify({
  type: 'object',
  required: ['id'],
  additionalProperties: false,
  xml: { name: 'Parcel', namespace: 'urn:p' },
  properties: {
    id: { type: 'string', xml: { attribute: true } },
    weight: { type: 'integer', xml: { name: 'Weight' } },
    kind: { type: 'string', xml: { name: 'Kind' } },
  },
});
const files = {
  'schemas/parcel-xml.schema.json': schema,
  'schemas/parcel-xml.message.yaml':
    'message: parcel-xml\nschema: parcel-xml.schema.json\nformat: xml\npromote: { parcel.id: id }\n',
  'mappings/from-xml.map.yaml':
    'map: from-xml\nfrom: { p: parcel-xml }\nto: parcel\nfields: { id: p.id, kind: p.kind, weight: p.weight + 1 }\n',
  'mappings/to-xml.map.yaml':
    'map: to-xml\nfrom: { p: parcel }\nto: parcel-xml\nfields: { id: p.id, weight: p.weight }\n',
  'config/applications/post.yaml': `application: post
receivePorts:
  in:
    maps: [from-xml]
    locations: { door: { transport: rest, path: /parcels, pipeline: xml-receive } }
sendPorts:
  json: { transport: stub, pipeline: json-send, filter: message.type == "parcel" }
  xml: { transport: stub, pipeline: xml-send, maps: [to-xml], filter: message.type == "parcel" }
`,
};
const post = (body: string) =>
  fetch(`${bus!.host.address}/parcels`, { method: 'POST', headers: { 'content-type': 'application/xml' }, body });

test('one schema for both forms', async () => {
  bus = await startSmallBus(files);
  expect(
    (await post('<p:Parcel xmlns:p="urn:p" xmlns="urn:p" id="P-1"><Kind>box</Kind><Weight>4</Weight></p:Parcel>'))
      .status,
  ).toBe(202);
  await bus.settle();
  expect(JSON.parse(bus.stub.taken('json')[0]!.text)).toEqual({ id: 'P-1', kind: 'box', weight: 5 });
  expect(bus.stub.taken('xml')[0]!.text).toContain('<Parcel xmlns="urn:p" id="P-1"><Weight>5</Weight></Parcel>');
  expect(bus.stub.taken('xml')[0]!.message.parts[0].contentType).toBe('application/xml; charset=utf-8');
});

test('what breaks the schema is suspended', async () => {
  bus = await startSmallBus(files);
  await post('<Parcel xmlns="urn:p" id="P-1"><Weight>heavy</Weight></Parcel>');
  await bus.settle();
  expect((await bus.suspended()).map(({ code }) => code)).toEqual(['SCHEMA_VIOLATION']);
});
