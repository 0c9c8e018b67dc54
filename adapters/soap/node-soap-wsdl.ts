/**
 * A service in the words that node-soap needs: operations and actions. Bodies go through the bus as XML, so node-soap never
 * needs the types, and the many WSDLs whose types it misreads do no harm.
 */
import { WSDL } from 'soap';
import type { SoapService } from './service.ts';
import { escapeXml } from './xml-reader.ts';

/** Names of the only service and port. */
export const SERVICE = 'Service';
export const PORT = 'Port';

const NAMESPACE = 'urn:guildhall:soap';

/** The body element that makes node-soap's server choose the operation. */
export const callOf = (index: number) => `<t:in${index} xmlns:t="${NAMESPACE}"/>`;

/** Names of the WSDL may come twice. */
export const methodOf = (index: number) => `operation${index}`;

export function nodeSoapWsdl({ operations }: SoapService): string {
  const each = (write: (name: string, index: number, output: boolean, action: string) => string) =>
    operations
      .map(({ output, action }, index) => write(methodOf(index), index, output !== undefined, escapeXml(action)))
      .join('');
  const element = (name: string) => `<xs:element name="${name}"><xs:complexType/></xs:element>`;
  const message = (name: string) => `<message name="${name}"><part name="body" element="guildhall:${name}"/></message>`;
  const both = (write: (name: string) => string) =>
    each((_name, index, output) => write(`in${index}`) + (output ? write(`out${index}`) : ''));
  const port = each((name, index, output) => {
    const answer = output ? `<output message="guildhall:out${index}"/>` : '';
    return `<operation name="${name}"><input message="guildhall:in${index}"/>${answer}</operation>`;
  });
  const literal = '<soap:body use="literal"/>';
  const binding = each((name, _index, output, action) => {
    const answer = output ? `<output>${literal}</output>` : '';
    return `<operation name="${name}"><soap:operation soapAction="${action}"/><input>${literal}</input>${answer}</operation>`;
  });
  return (
    `<?xml version="1.0"?><definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:guildhall="${NAMESPACE}" targetNamespace="${NAMESPACE}" ` +
    'xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xs="http://www.w3.org/2001/XMLSchema">' +
    `<types><xs:schema targetNamespace="${NAMESPACE}">${both(element)}</xs:schema></types>${both(message)}` +
    `<portType name="PortType">${port}</portType><binding name="Binding" type="guildhall:PortType">` +
    `<soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>${binding}</binding>` +
    `<service name="${SERVICE}"><port name="${PORT}" binding="guildhall:Binding"><soap:address location="http://service/"/></port></service></definitions>`
  );
}

/** node-soap reads a WSDL in the background, even one that imports nothing. */
export function loadNodeSoapWsdl(service: SoapService): Promise<WSDL> {
  return new Promise((resolve, reject) => {
    const wsdl = new WSDL(nodeSoapWsdl(service), 'service.wsdl', {});
    wsdl.onReady((error) => {
      if (error) reject(error);
      wsdl.xmlnsInEnvelope = ''; // Bodies bring their own namespaces.
      resolve(wsdl);
    });
  });
}
