/**
 * A solution in which every message takes all transports in turn: rest, file, sftp, amqp, redis, sql, soap, and rest again to whoever
 * collects. Each leg is a send port that takes what the location before it has received, and each location knows what it had before.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';

export interface FarEnds {
  readonly store: string;
  readonly http: string;
  readonly admin: string;
  readonly sftp: { readonly port: number; readonly user: string; readonly hostKey: string; readonly folder: string };
  readonly amqp: string;
  readonly redis: string;
  /** The path of a SQLite file with the table `hops`. */
  readonly database: string;
  /** The bus's own SOAP location, as the bus reaches it. */
  readonly soap: string;
  readonly collector: string;
  readonly drop: string;
}

/** In the order in which a message takes them. */
export const LEGS = ['file', 'sftp', 'amqp', 'redis', 'sql', 'soap', 'collector'] as const;
/** The secret that holds the key for the SFTP server. */
export const KEY = 'SOAK_SFTP_KEY';
export const TABLE =
  'CREATE TABLE hops (id TEXT PRIMARY KEY, number INTEGER NOT NULL, taken INTEGER NOT NULL DEFAULT 0)';
const NAMESPACE = 'urn:northmoor:relay';
const RETRY = { attempts: 1000, first: '200ms', factor: 2, max: '2s' };

/** Gives the folder of the solution. */
export function writeRelay(folder: string, ends: FarEnds): string {
  const files: Readonly<Record<string, string>> = {
    'config/bus.yaml': stringify({
      bus: 'relay',
      organisation: 'northmoor',
      store: ends.store,
      http: { address: ends.http },
      admin: { address: ends.admin },
    }),
    'config/applications/relay.yaml': stringify(application(ends)),
    'schemas/parcel.schema.json': JSON.stringify(SCHEMA),
    'schemas/parcel.message.yaml': stringify({
      message: 'parcel',
      schema: 'parcel.schema.json',
      promote: { 'parcel.id': 'id' },
    }),
    'schemas/tick.schema.json': JSON.stringify({
      type: 'object',
      required: ['scheduledAt'],
      properties: { scheduledAt: { type: 'string' } },
    }),
    'schemas/tick.message.yaml': stringify({ message: 'tick', schema: 'tick.schema.json' }),
    'schemas/relay.wsdl': WSDL,
    'schemas/handover.message.yaml': stringify({
      message: 'handover',
      schema: 'relay.wsdl',
      root: `{${NAMESPACE}}Handover`,
      promote: { 'handover.id': 'Id' },
    }),
    'mappings/parcel-to-handover.map.yaml': stringify({
      map: 'parcel-to-handover',
      from: { parcel: 'parcel' },
      to: 'handover',
      fields: { Id: 'parcel.id', Number: 'parcel.number' },
    }),
    'mappings/handover-to-parcel.map.yaml': stringify({
      map: 'handover-to-parcel',
      from: { handover: 'handover' },
      to: 'parcel',
      fields: { id: 'handover.Id', number: 'handover.Number' },
    }),
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const SCHEMA = {
  type: 'object',
  required: ['id', 'number'],
  properties: { id: { type: 'string' }, number: { type: 'integer' } },
};

const WSDL = `<?xml version="1.0"?>
<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
    xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:r="${NAMESPACE}" name="Relay" targetNamespace="${NAMESPACE}">
  <types>
    <xs:schema targetNamespace="${NAMESPACE}" elementFormDefault="qualified">
      <xs:element name="Handover">
        <xs:complexType>
          <xs:sequence><xs:element name="Id" type="xs:string"/><xs:element name="Number" type="xs:int"/></xs:sequence>
        </xs:complexType>
      </xs:element>
    </xs:schema>
  </types>
  <message name="HandoverIn"><part name="body" element="r:Handover"/></message>
  <portType name="Relay"><operation name="Handover"><input message="r:HandoverIn"/></operation></portType>
  <binding name="Relay" type="r:Relay">
    <soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>
    <operation name="Handover">
      <soap:operation soapAction="${NAMESPACE}/Handover"/><input><soap:body use="literal"/></input>
    </operation>
  </binding>
  <service name="Relay"><port name="Relay" binding="r:Relay"><soap:address location="http://127.0.0.1/handover"/></port></service>
</definitions>
`;

function application(ends: FarEnds): object {
  const parcels = { pipeline: 'json-receive', message: 'parcel', dedupe: 'parcel.id' };
  const sftp = {
    transport: 'sftp',
    host: '127.0.0.1',
    port: ends.sftp.port,
    user: ends.sftp.user,
    privateKey: { secret: KEY },
    hostKey: ends.sftp.hostKey,
    folder: ends.sftp.folder,
    deadline: '3s',
  };
  const amqp = { transport: 'amqp', url: ends.amqp, queue: 'relay', assert: { durable: true }, heartbeat: '5s' };
  const redis = { transport: 'redis', url: ends.redis, stream: 'relay', deadline: '3s' };
  const database = { transport: 'sql', database: `sqlite:${ends.database}` };
  const locations: Record<string, object> = {
    rest: { transport: 'rest', path: '/parcels', ...parcels },
    file: { transport: 'file', folder: ends.drop, poll: '250ms', stableFor: '0s', ...parcels },
    sftp: { ...sftp, poll: '500ms', stableFor: '0s', doneFile: '{name}.done', ...parcels },
    amqp: { ...amqp, ...parcels },
    redis: { ...redis, delete: true, idle: '5s', ...parcels },
    sql: {
      ...database,
      query: 'SELECT id, number FROM hops WHERE taken = 0 ORDER BY number LIMIT 100',
      consume: 'UPDATE hops SET taken = 1 WHERE id = :id',
      poll: '250ms',
      ...parcels,
    },
    soap: {
      transport: 'soap',
      wsdl: 'schemas/relay.wsdl',
      path: '/handover',
      pipeline: 'xml-receive',
      message: 'handover',
      dedupe: 'handover.id',
    },
  };
  const sendPorts: Record<(typeof LEGS)[number], object> = {
    file: { transport: 'file', folder: ends.drop, fileName: '{parcel.id}.json', overwrite: true },
    sftp: { ...sftp, fileName: '{parcel.id}.json', overwrite: true, doneFile: '{name}.done' },
    amqp,
    redis,
    sql: {
      ...database,
      statement: 'INSERT INTO hops (id, number) VALUES (:id, :number) ON CONFLICT DO NOTHING',
    },
    soap: {
      transport: 'soap',
      wsdl: 'schemas/relay.wsdl',
      url: ends.soap,
      maps: ['parcel-to-handover'],
      pipeline: 'xml-send',
    },
    collector: { transport: 'rest', url: ends.collector },
  };
  const before = ['rest', ...LEGS];
  const legs = LEGS.map((leg, index) => {
    const filter = `message.type == "parcel" && bus.receivePort == "from-${before[index]}"`;
    return [`to-${leg}`, { pipeline: 'json-send', timeout: '5s', retry: RETRY, filter, ...sendPorts[leg] }];
  });
  const ports = Object.entries(locations).map(([name, location]) => {
    const maps = name === 'soap' ? { maps: ['handover-to-parcel'] } : {};
    return [`from-${name}`, { ...maps, locations: { [name]: location } }];
  });
  const timer = {
    transport: 'timer',
    cron: '*/5 * * * * *',
    missed: 'all',
    within: '1m',
    pipeline: 'json-receive',
    message: 'tick',
  };
  const ticks = { transport: 'rest', url: ends.collector, pipeline: 'json-send', timeout: '5s', retry: RETRY };
  return {
    application: 'relay',
    receivePorts: { ...Object.fromEntries(ports), 'from-timer': { locations: { timer } } },
    sendPorts: { ...Object.fromEntries(legs), ticks: { ...ticks, filter: 'message.type == "tick"' } },
  };
}
