/** Which operation a call means: the one that takes its body element, and where several take the same one, that of its action. */
import { type BodyElement, emptyElement, type HeaderBlock, nameOf } from './envelope.ts';
import type { SoapOperation } from './service.ts';
import { parseElement } from './xml-tree.ts';

export type Dispatched =
  | { readonly operation: SoapOperation; readonly element: BodyElement }
  /** In one sentence, for the caller. */
  | { readonly problem: string };

export type Dispatch = (body: readonly BodyElement[], action: string | undefined) => Dispatched;

export function compileDispatch(operations: readonly SoapOperation[]): Dispatch {
  const byElement = Map.groupBy(operations, ({ input }) => nameOf(input));
  const byWrapper = Map.groupBy(
    operations.filter(({ rpc }) => rpc),
    ({ input }) => input.local,
  );
  /** Callers such as node-soap write the wrapper of rpc in the namespace of the WSDL, whatever soap:body says. */
  const taking = (element: BodyElement) => byElement.get(nameOf(element)) ?? byWrapper.get(element.local);
  return (body, action) => {
    const [first, second] = body;
    if (!first) return withoutBody(operations, action);
    const isEncoded = (element: BodyElement) => taking(element)?.some(({ encoded }) => encoded?.input);
    const element = body.find(isEncoded) ?? first;
    const candidates = taking(element);
    if (second && !isEncoded(element)) return { problem: 'The SOAP body holds more than one element.' };
    if (!candidates) {
      return { problem: `There is no operation for ${nameOf(first)}; there are ${[...byElement.keys()].join(', ')}.` };
    }
    const operation = candidates.length === 1 ? candidates[0] : candidates.find((each) => each.action === action);
    return operation ? { operation, element } : { problem: unclear(candidates, nameOf(element), action) };
  };
}

/** What takes nothing is called by its action alone. */
function withoutBody(operations: readonly SoapOperation[], action: string | undefined): Dispatched {
  const bare = operations.filter(({ empty }) => empty?.input);
  const operation = bare.find((each) => action && each.action === action) ?? (bare.length === 1 ? bare[0] : undefined);
  if (operation) return { operation, element: { ...operation.input, xml: emptyElement(operation.input) } };
  return { problem: bare.length === 0 ? 'The SOAP body is empty.' : unclear(bare, 'an empty body', action) };
}

function unclear(candidates: readonly SoapOperation[], element: string, action: string | undefined): string {
  const known = candidates.map((each) => `"${each.action}"`).join(', ');
  const said = action ? `The SOAP action "${action}" is not recognised` : 'The SOAP action is missing';
  return `${said}: ${candidates.length} operations take ${element}, with the actions ${known}.`;
}

/** SOAP 1.1 writes it into a header of its own, SOAP 1.2 into the content type, WS-Addressing into the envelope. */
export function actionOf(
  header: readonly HeaderBlock[],
  contentType: string,
  soapAction: string | undefined,
): string | undefined {
  const [, quoted, plain] = /;\s*action\s*=\s*(?:"([^"]*)"|([^\s;]+))/i.exec(contentType) ?? [];
  const said = quoted ?? plain ?? soapAction?.trim().replace(/^"(.*)"$/, '$1');
  if (said) return said;
  const block = header.find(({ uri, local }) => local === 'Action' && /\/addressing$/.test(uri));
  return block && parseElement(block.xml).text.trim();
}
