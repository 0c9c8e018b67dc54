/** How a port might prove who we are, as a comment of a starting application: by the first security scheme of the contract. */
import { asNode, type Node } from '../../openapi/node.ts';

/** A line of YAML without its indentation; undefined where the contract asks for nothing that a port has a word for. */
export function authHint(document: Node, name: string): string | undefined {
  const schemes = asNode(asNode(document['components'])['securitySchemes'] ?? document['securityDefinitions']);
  const prefix = name.toUpperCase().replaceAll('-', '_');
  for (const scheme of Object.values(schemes)) {
    const written = authFor(asNode(scheme), prefix);
    if (written) return `# auth: { ${written} }`;
  }
  return undefined;
}

function authFor({ type, scheme, in: place, name }: Node, prefix: string): string | undefined {
  const kind = type === 'basic' ? 'basic' : type === 'http' ? String(scheme).toLowerCase() : type;
  const secret = (what: string) => `{ secret: ${prefix}_${what} }`;
  if (kind === 'basic' || kind === 'digest') return `type: ${kind}, user: bus, password: ${secret('PASSWORD')}`;
  if (kind === 'bearer' || kind === 'openIdConnect') return `type: bearer, token: ${secret('TOKEN')}`;
  if (kind === 'oauth2')
    return `type: clientCredentials, tokenUrl: https://..., client: bus, clientSecret: ${secret('CLIENT')}`;
  if (kind !== 'apiKey' || place === 'cookie') return undefined;
  return `type: apiKey, name: ${JSON.stringify(String(name))}, in: ${String(place)}, key: ${secret('KEY')}`;
}
