/** A small solution with a location of each kind that callers reach; all that it takes is delivered as files. */
const location = (transport: string, options: string) => `{ transport: ${transport}, ${options} }`;

const WSDL = `<?xml version="1.0"?>
<wsdl:definitions name="Notes" targetNamespace="urn:notes" xmlns:n="urn:notes" xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/"
    xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <wsdl:types><xs:schema targetNamespace="urn:notes" elementFormDefault="qualified">
    <xs:element name="Note"><xs:complexType><xs:sequence>
      <xs:element name="Id" type="xs:string"/><xs:element name="Count" type="xs:int"/>
    </xs:sequence></xs:complexType></xs:element>
  </xs:schema></wsdl:types>
  <wsdl:message name="NoteIn"><wsdl:part name="body" element="n:Note"/></wsdl:message>
  <wsdl:portType name="Notes"><wsdl:operation name="Note"><wsdl:input message="n:NoteIn"/></wsdl:operation></wsdl:portType>
  <wsdl:binding name="Notes" type="n:Notes"><soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
    <wsdl:operation name="Note"><soap:operation soapAction="urn:notes/Note"/><wsdl:input><soap:body use="literal"/></wsdl:input></wsdl:operation>
  </wsdl:binding>
  <wsdl:service name="Notes"><wsdl:port name="Notes" binding="n:Notes"><soap:address location="http://127.0.0.1/notes"/></wsdl:port></wsdl:service>
</wsdl:definitions>
`;

export const openSolution: Readonly<Record<string, string>> = {
  'config/bus.yaml': 'bus: open\norganisation: northmoor\nstore: memory\n',
  'config/applications/open.yaml': `application: open
receivePorts:
  entries:
    locations:
      web: ${location('rest', 'path: /entries, pipeline: json-receive, message: entry')}
      drop: ${location('file', 'folder: in, poll: 10ms, stableFor: 0s, pipeline: json-receive, message: entry')}
  notes:
    locations:
      web: ${location('rest', 'path: /xml, pipeline: xml-receive, message: note')}
      soap: ${location('soap', 'path: /notes, wsdl: schemas/notes.wsdl, pipeline: xml-receive, message: note')}
sendPorts:
  out:
    transport: file
    folder: out
    pipeline: pass-through
    filter: message.type in ["entry", "note"]
`,
  'schemas/entry.message.yaml': 'message: entry\nschema: entry.schema.json\npromote: { entry.id: id }\n',
  'schemas/entry.schema.json': JSON.stringify({
    type: 'object',
    required: ['id'],
    properties: { id: { type: 'string' }, more: {} },
  }),
  'schemas/note.message.yaml': 'message: note\nschema: notes.wsdl\nroot: "{urn:notes}Note"\npromote: { note.id: Id }\n',
  'schemas/notes.wsdl': WSDL,
};
