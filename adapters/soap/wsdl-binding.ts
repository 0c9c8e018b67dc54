/** What the bindings of a WSDL say of SOAP; in those of MIME messages it lies deeper, in a part. */
import type { SoapVersion } from './envelope.ts';
import { SOAP_11_BINDING, SOAP_12_BINDING, WSDL, type WsdlNode } from './wsdl-files.ts';

const MIME = 'http://schemas.xmlsoap.org/wsdl/mime/';

export const childrenOf = ({ children }: WsdlNode, name: string) =>
  children.filter(({ uri, local }) => uri === WSDL && local === name);

const isSoap = ({ uri }: WsdlNode) => uri === SOAP_11_BINDING || uri === SOAP_12_BINDING;

export const soapChild = ({ children }: WsdlNode, name: string) =>
  children.find((each) => isSoap(each) && each.local === name);

export function versionOf(binding: WsdlNode): SoapVersion | undefined {
  const uri = soapChild(binding, 'binding')?.uri;
  return uri === undefined ? undefined : uri === SOAP_11_BINDING ? '1.1' : '1.2';
}

/** `way`: input or output, of the operation of a binding. */
export const bodyOf = (bound: WsdlNode, way: string): WsdlNode | undefined =>
  extensions(bound, way).find((each) => isSoap(each) && each.local === 'body');

export const headersOf = (bound: WsdlNode, way: string): readonly WsdlNode[] =>
  extensions(bound, way).filter((each) => isSoap(each) && each.local === 'header');

/** Names of the parts that are attached. */
export const attachedOf = (bound: WsdlNode, way: string): readonly string[] =>
  extensions(bound, way).flatMap(({ uri, local, attributes }) =>
    uri === MIME && local === 'content' && attributes['part'] !== undefined ? [attributes['part']] : [],
  );

const extensions = (bound: WsdlNode, way: string): readonly WsdlNode[] => childrenOf(bound, way).flatMap(unpacked);

function unpacked({ children }: WsdlNode): readonly WsdlNode[] {
  return children.flatMap((each) =>
    each.uri === MIME && (each.local === 'multipartRelated' || each.local === 'part') ? unpacked(each) : [each],
  );
}
