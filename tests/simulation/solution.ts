/**
 * The solution that is simulated: one-way routing by filters with a backup port and an outbound map, a two-way
 * orchestration with a request, a scope that is compensated and a correlated listen, and a one-way one with a delay.
 * Compiled once; each host gets it bound to a transport of its own.
 */
import type { Deployment } from '../../runtime/contracts/deployment.ts';
import type { Order } from '../../runtime/contracts/routing.ts';
import { boundTo, compileOver, schemaOf, type Transports } from './transports.ts';

const RETRY = 'retry: { attempts: 3, first: 1s, factor: 2, max: 5s }';
const FILES: Readonly<Record<string, string>> = {
  'config/bus.yaml': 'bus: simulated\norganisation: northmoor\nstore: memory\n',
  'schemas/parcel.message.yaml':
    'message: parcel\nschema: parcel.schema.json\npromote: { parcel.id: id, parcel.kind: kind, parcel.weight: weight, parcel.chain: chain }\n',
  'schemas/parcel.schema.json': schemaOf(['id', 'kind'], {
    weight: { type: 'integer' },
    chain: { type: 'string' },
  }),
  'schemas/receipt.message.yaml':
    'message: receipt\nschema: receipt.schema.json\npromote: { receipt.number: number }\n',
  'schemas/receipt.schema.json': schemaOf(['number', 'note']),
  'mappings/parcel-to-receipt.map.yaml': `map: parcel-to-receipt
from: { parcel: parcel }
to: receipt
fields: { number: '"R-" + parcel.id', note: '"mapped"' }
`,
  'config/applications/post.yaml': `application: post
receivePorts:
  in:
    locations:
      door: { transport: simulated, pipeline: json-receive, message: parcel, dedupe: parcel.id }
      hatch: { transport: simulated, pipeline: json-receive, message: parcel }
  nightly:
    locations:
      folder: { transport: simulated-folder, pipeline: json-receive, message: parcel, dedupe: parcel.id }
  counter:
    response: receipt
    timeout: 20s
    locations:
      desk: { transport: simulated, pipeline: json-receive, message: parcel, dedupe: parcel.id }
  news:
    locations:
      wire: { transport: simulated, pipeline: json-receive, message: receipt }
sendPorts:
  alpha:
    transport: simulated
    pipeline: json-send
    filter: message.type == "parcel" && parcel.kind in ["letter", "both"]
    timeout: 5s
    ${RETRY}
    backup: spare
  beta:
    transport: simulated
    pipeline: json-send
    maps: [parcel-to-receipt]
    filter: message.type == "parcel" && (parcel.kind == "both" || parcel.kind == "crate" && parcel.weight > 10)
    timeout: 5s
    ${RETRY}
    limit: { concurrent: 1 }
  spare: { transport: simulated, pipeline: json-send, timeout: 5s, ${RETRY} }
  queue:
    transport: simulated
    pipeline: json-send
    filter: message.type == "parcel" && parcel.kind == "step"
    order: { by: parcel.chain, onFailure: stop }
    timeout: 5s
    ${RETRY}
  depot:
    transport: simulated
    pipeline: json-send
    responsePipeline: json-receive
    response: receipt
    timeout: 5s
    ${RETRY}
    faults: [{ when: 'response.note == "full"', error: Full, reason: '"the depot is full"' }]
  ledger: { transport: simulated, pipeline: json-send, timeout: 5s, ${RETRY}, limit: { concurrent: 2 } }
  archive: { transport: simulated, pipeline: json-send, timeout: 5s, ${RETRY} }
  undo: { transport: simulated, pipeline: json-send, timeout: 5s, ${RETRY} }
bindings:
  handle-parcel: { counter: counter, depot: depot, news: news, ledger: ledger, undo: undo }
  follow-parcel: { in: in, ledger: ledger, archive: archive }
`,
  'orchestrations/handle-parcel.orchestration.yaml': `orchestration: handle-parcel
messages: { parcel: parcel, receipt: receipt, update: receipt }
correlations: { number: [receipt.number] }
late: park
body:
  - receive: { port: counter, message: parcel, activate: true }
  - scope:
      name: everything
      do:
        - scope:
            name: booking
            do:
              - request: { port: depot, send: parcel, response: receipt, timeout: 40s }
            catch:
              - error: depot.Full
                do:
                  - transform: { map: parcel-to-receipt, from: parcel, to: receipt }
            compensate:
              - send: { port: undo, message: parcel }
        - send: { port: counter, message: receipt, initialises: number }
        - listen:
            - receive: { port: news, message: update, follows: number }
              do:
                - send: { port: ledger, message: update }
                - decide:
                    - when: update.note == "cancel"
                      do:
                        - throw: { error: Cancelled }
            - delay: 12s
              do:
                - send: { port: ledger, message: parcel }
      catch:
        - error: Cancelled
          do:
            - compensate: all
`,
  'orchestrations/follow-parcel.orchestration.yaml': `orchestration: follow-parcel
messages: { parcel: parcel, receipt: receipt }
late: park
body:
  - receive: { port: in, message: parcel, activate: true, when: parcel.kind == "tracked" }
  - send: { port: ledger, message: parcel }
  - delay: 3s
  - transform: { map: parcel-to-receipt, from: parcel, to: receipt }
  - send: { port: archive, message: receipt }
`,
};

/** Every standing subscription that a received message should meet, by what its sender meant. */
export function expectedSubscriptions(port: string, { kind, weight = 0 }: { kind: string; weight?: number }): string[] {
  if (port === 'counter') return ['orchestration:handle-parcel#0'];
  if (port !== 'in' && port !== 'nightly') return [];
  const found: string[] = [];
  if (kind === 'letter' || kind === 'both') found.push('send:alpha');
  if (kind === 'both' || (kind === 'crate' && weight > 10)) found.push('send:beta');
  if (kind === 'step') found.push('send:queue');
  if (kind === 'tracked' && port === 'in') found.push('orchestration:follow-parcel#0');
  return found;
}

export type OnFailure = Order['onFailure'];

let compiled: Deployment | undefined;

/** `onFailure`: what the ordered port does when a message is suspended. */
export function deploymentOver(transports: Transports, onFailure: OnFailure): Deployment {
  compiled ??= compileOver(transports, FILES);
  const bound = boundTo(transports, compiled);
  const ordered = bound.sendPorts.map((port) => (port.order ? { ...port, order: { ...port.order, onFailure } } : port));
  return { ...bound, sendPorts: ordered };
}

/** What operators may stop: nobody but they would miss it for a while. */
export const stoppable = ['send:alpha', 'send:beta', 'send:ledger', 'orchestration:handle-parcel'];
