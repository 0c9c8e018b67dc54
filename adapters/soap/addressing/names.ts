/** WS-Addressing in its two living versions: the recommendation of 2005 (1.0) and the submission of August 2004. */
import type { QName } from '../envelope.ts';

export type AddressingVersion = '1.0' | '2004/08';

export const ADDRESSING: Readonly<Record<AddressingVersion, string>> = {
  '1.0': 'http://www.w3.org/2005/08/addressing',
  '2004/08': 'http://schemas.xmlsoap.org/ws/2004/08/addressing',
};

/** The reply goes where the request came from. */
export const ANONYMOUS: Readonly<Record<AddressingVersion, string>> = {
  '1.0': `${ADDRESSING['1.0']}/anonymous`,
  '2004/08': `${ADDRESSING['2004/08']}/role/anonymous`,
};

/** Nobody wants the reply. */
export const NONE = `${ADDRESSING['1.0']}/none`;

/** What may tell an action in a WSDL. */
export const WSDL_ADDRESSING: ReadonlySet<string> = new Set([
  'http://www.w3.org/2006/05/addressing/wsdl',
  'http://www.w3.org/2007/05/addressing/metadata',
  ...Object.values(ADDRESSING),
]);

export const addressingVersionOf = ({ uri }: QName): AddressingVersion | undefined =>
  uri === ADDRESSING['1.0'] ? '1.0' : uri === ADDRESSING['2004/08'] ? '2004/08' : undefined;
