/** The namespaces that mean something to the bus itself. */
export const XSD = 'http://www.w3.org/2001/XMLSchema';
export const XSI = 'http://www.w3.org/2001/XMLSchema-instance';
export const WSDL = 'http://schemas.xmlsoap.org/wsdl/';
export const XML = 'http://www.w3.org/XML/1998/namespace';
export const XMLNS = 'http://www.w3.org/2000/xmlns/';
export const SOAP_ENCODING = 'http://schemas.xmlsoap.org/soap/encoding/';

/** `{namespace}name`, or `name` alone where there is no namespace. */
export const expandedName = (uri: string, local: string) => (uri === '' ? local : `{${uri}}${local}`);

/** `namespace#name`, the way in which a message type names its root element. */
export const rootName = (uri: string, local: string) => (uri === '' ? local : `${uri}#${local}`);
