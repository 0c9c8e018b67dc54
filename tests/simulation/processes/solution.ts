/**
 * The solution of orchestrations, in two versions that say which they are in all that they tell: an aggregator, which is a
 * sequential convoy with an end by number and by time; a parallel convoy; and a case with branches beside each other, a call and
 * a start of others, a task, a listen with a delay, and scopes that are undone.
 */
import type { Deployment } from '../../../runtime/contracts/deployment.ts';
import type { LatePolicy } from '../../../runtime/contracts/orchestration.ts';
import { boundTo, compileOver, schemaOf, type Transports } from '../transports.ts';

const RETRY = 'retry: { attempts: 3, first: 1s, factor: 2, max: 5s }';

/** How many slips the aggregator takes at most. */
export const MOST_SLIPS = 3;

const filesOf = (version: string): Readonly<Record<string, string>> => ({
  'config/bus.yaml': 'bus: simulated\norganisation: northmoor\nstore: memory\n',
  'schemas/slip.message.yaml':
    'message: slip\nschema: slip.schema.json\npromote: { slip.id: id, slip.key: key, slip.kind: kind }\n',
  'schemas/slip.schema.json': schemaOf(['id', 'key', 'kind']),
  'schemas/note.message.yaml': 'message: note\nschema: note.schema.json\npromote: { slip.key: key }\n',
  'schemas/note.schema.json': schemaOf(['id', 'key', 'text']),
  'config/applications/office.yaml': `application: office
receivePorts:
  slips:
    locations:
      tray: { transport: simulated, pipeline: json-receive, message: slip, dedupe: slip.id }
  orders:
    locations:
      tray: { transport: simulated, pipeline: json-receive, message: slip, dedupe: slip.id }
  payments:
    locations:
      tray: { transport: simulated, pipeline: json-receive, message: slip, dedupe: slip.id }
  desk:
    response: note
    timeout: 20s
    locations:
      window: { transport: simulated, pipeline: json-receive, message: slip, dedupe: slip.id }
  news:
    locations:
      wire: { transport: simulated, pipeline: json-receive, message: note }
sendPorts:
  ledger: { transport: simulated, pipeline: json-send, timeout: 5s, ${RETRY}, limit: { concurrent: 2 } }
  undo: { transport: simulated, pipeline: json-send, timeout: 5s, ${RETRY} }
  depot:
    transport: simulated
    pipeline: json-send
    responsePipeline: json-receive
    response: note
    timeout: 5s
    ${RETRY}
    faults: [{ when: 'response.text == "full"', error: Full, reason: '"the depot is full"' }]
  assessor:
    transport: simulated
    pipeline: json-send
    responsePipeline: json-receive
    response: note
    timeout: 5s
    ${RETRY}
bindings:
  gather: { slips: slips, ledger: ledger }
  pair: { orders: orders, payments: payments, ledger: ledger }
  case: { desk: desk, news: news, depot: depot, ledger: ledger, undo: undo }
  assess: { jobs: called, assessor: assessor }
  watch: { jobs: called, news: news }
`,
  'orchestrations/gather.orchestration.yaml': `orchestration: gather
messages: { slip: slip, more: slip, bundle: note }
variables: { ids: string, count: integer }
correlations: { key: [slip.key] }
late: new
body:
  - receive: { port: slips, message: slip, activate: true, initialises: key }
  - assign: { ids: slip.id, count: 1 }
  - scope:
      name: gathering
      timeout: 6s
      do:
        - while:
            when: count < ${MOST_SLIPS}
            do:
              - receive: { port: slips, message: more, follows: key }
              - assign: { ids: ids + " " + more.id, count: count + 1 }
      catch:
        - error: Timeout
          do: []
  - delay: 500ms
  - assign: { bundle.id: slip.id, bundle.key: slip.key, bundle.text: '"${version} " + ids' }
  - send: { port: ledger, message: bundle }
`,
  'orchestrations/pair.orchestration.yaml': `orchestration: pair
messages: { order: slip, payment: slip, matched: note }
correlations: { key: [slip.key] }
late: park
body:
  - parallel:
      - - receive: { port: orders, message: order, activate: true, initialises: key }
      - - receive: { port: payments, message: payment, activate: true, initialises: key }
  - assign: { matched.id: order.id, matched.key: order.key, matched.text: '"${version} " + order.id + " " + payment.id' }
  - send: { port: ledger, message: matched }
`,
  'orchestrations/case.orchestration.yaml': `orchestration: case
messages: { slip: slip, place: note, opinion: note, receipt: note, update: note, form: note, reversal: note, closing: note }
variables: { how: string }
correlations: { case: [slip.key] }
late: park
body:
  - receive: { port: desk, message: slip, activate: true, initialises: case }
  - scope:
      name: everything
      do:
        - parallel:
            - - scope:
                  name: booking
                  do:
                    - request: { port: depot, send: slip, response: place, timeout: 90s }
                  catch:
                    - error: depot.Full
                      do:
                        - assign: { how: '"full"', place.id: slip.id, place.key: slip.key, place.text: '"full"' }
                  compensate:
                    - assign: { reversal.id: slip.id, reversal.key: slip.key, reversal.text: '"booking"' }
                    - send: { port: undo, message: reversal }
            - - scope:
                  name: assessing
                  do:
                    - call: { orchestration: assess, message: slip, response: opinion, timeout: 120s }
                  catch:
                    - error: any
                      do:
                        - assign: { opinion.id: slip.id, opinion.key: slip.key, opinion.text: '"none"' }
        - scope:
            name: filing
            do:
              - assign: { receipt.id: slip.id, receipt.key: slip.key, receipt.text: '"${version} " + opinion.text' }
              - send: { port: desk, message: receipt }
            compensate:
              - assign: { reversal.id: slip.id + "f", reversal.key: slip.key, reversal.text: '"filing"' }
              - send: { port: undo, message: reversal }
        - start: { orchestration: watch, message: slip }
        - scope:
            name: deciding
            do:
              - task: { role: clerk, title: '"Decide " + slip.id', show: slip, result: form, due: 8s }
              - decide:
                  - when: form.text == "no"
                    do:
                      - throw: { error: Cancelled }
            catch:
              - error: Overdue
                do:
                  - assign: { how: how + " overdue" }
        - listen:
            - receive: { port: news, message: update, follows: case }
              do:
                - decide:
                    - when: update.text == "cancel"
                      do:
                        - throw: { error: Cancelled }
            - delay: 5s
              do:
                - assign: { how: how + " silent" }
      catch:
        - error: Cancelled
          do:
            - compensate: filing
            - compensate: all
            - assign: { how: how + " cancelled" }
  - assign: { closing.id: slip.id, closing.key: slip.key, closing.text: '"${version} " + how' }
  - send: { port: ledger, message: closing }
`,
  'orchestrations/assess.orchestration.yaml': `orchestration: assess
messages: { job: slip, answer: note }
late: park
body:
  - receive: { port: jobs, message: job, activate: true }
  - request: { port: assessor, send: job, response: answer, timeout: 90s }
  - send: { port: jobs, message: answer }
`,
  'orchestrations/watch.orchestration.yaml': `orchestration: watch
messages: { job: slip, seen: note }
late: park
body:
  - receive: { port: jobs, message: job, activate: true }
  - delay: ${version === 'v1' ? '4s' : '7s'}
  - assign: { seen.id: job.id + "w", seen.key: job.key, seen.text: '"seen"' }
  - send: { port: news, message: seen }
`,
});

export const VERSIONS = ['v1', 'v2'] as const;

let compiled: readonly Deployment[] | undefined;

/** Every version, in the order of VERSIONS. `late`: what becomes of what comes late to the convoys. */
export function deploymentsOver(transports: Transports, late: LatePolicy): readonly Deployment[] {
  compiled ??= VERSIONS.map((version) => compileOver(transports, filesOf(version)));
  return compiled.map((deployment) => {
    const bound = boundTo(transports, deployment);
    const orchestrations = bound.orchestrations.map((each) =>
      each.program.name === 'gather' || each.program.name === 'pair'
        ? { ...each, program: { ...each.program, late } }
        : each,
    );
    return { ...bound, orchestrations };
  });
}

/** The version that a deployment's hash stands for. */
export const versionOf = (hash: string): string | undefined =>
  VERSIONS[compiled?.findIndex(({ definition }) => definition.hash === hash) ?? -1];
