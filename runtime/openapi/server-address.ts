/** The address of the service that a contract describes. */
import { asList, asNode, type Node } from './node.ts';

/** Of its first server with its variables filled in, without a slash at its end; undefined where that is no whole address. */
export function serverOf(root: Node): string | undefined {
  const { url, variables } = asNode(asList(root['servers'])[0]);
  const filled = String(url ?? '').replace(/\{(\w+)\}/g, (whole, name: string) =>
    String(asNode(asNode(variables)[name])['default'] ?? whole),
  );
  return /^https?:\/\/[^/{}]+(\/[^{}?#]*)?$/i.test(filled) && URL.canParse(filled)
    ? filled.replace(/\/+$/, '')
    : undefined;
}
