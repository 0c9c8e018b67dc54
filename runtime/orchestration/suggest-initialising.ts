/** Where a correlation set that is followed might have been initialised: the step whose message has its properties. */
import type { Compiler } from './compiler.ts';
import type { Known } from './flow.ts';
import type { CompiledShape } from './program.ts';
import type { ReceiveShape } from './shapes/receive.ts';
import type { RequestShape } from './shapes/request.ts';
import type { SendShape } from './shapes/send.ts';

export interface Steps {
  readonly compiler: Compiler;
  readonly shapes: readonly CompiledShape[];
}

/**
 * The step that initialises it on some path only; else `initialises: job-number on the request in line 15`: a step that
 * certainly comes before, otherwise any that could; else
 * another set that has its values by then, else the properties that some message of a step would have to promote.
 */
export function suggestInitialising(set: string, { messages, sets }: Known, steps: Steps): string | undefined {
  const already = carriers(steps).find(({ initialises }) => initialises.includes(set));
  if (already) return `the ${already.kind} in line ${already.line}, which initialises it, on every path to here`;
  const passed = carriers(steps).filter(({ messages: own }) => own.some((message) => messages.has(message)));
  const able = (carrier: Carrier) => carrier.messages.some((name) => steps.compiler.promotes(set, name) === 'yes');
  const found = passed.find(able) ?? carriers(steps).find(able);
  if (found) return `initialises: ${set} on the ${found.kind} in line ${found.line}`;
  const [other] = sets;
  if (other !== undefined) return `follows: ${other}`;
  const [first] = passed;
  const properties = steps.compiler.correlations.get(set)?.join(', ');
  return (
    first &&
    `initialises: ${set} on the ${first.kind} in line ${first.line}, with ${properties} promoted by its message type`
  );
}

interface Carrier {
  readonly kind: string;
  readonly line: number;
  /** The logical messages from which it can take values. */
  readonly messages: readonly string[];
  readonly initialises: readonly string[];
}

/** In the order of the file. */
function carriers({ shapes }: Steps): Carrier[] {
  return shapes.flatMap(carrierOf).sort((a, b) => a.line - b.line);
}

function carrierOf(shape: CompiledShape): Carrier[] {
  const { kind, line } = shape;
  if (kind === 'receive' || kind === 'send') {
    const { message, initialises } = shape as ReceiveShape | SendShape;
    return [{ kind, line, messages: [message], initialises }];
  }
  if (kind !== 'request') return [];
  const { send, response, initialises } = shape as RequestShape;
  return [{ kind, line, messages: [send, response], initialises }];
}
