/** XML Schema's own namespaces, with those of its drafts, which services from before 2001 still write. */
export const XSD = 'http://www.w3.org/2001/XMLSchema';
export const XSI = 'http://www.w3.org/2001/XMLSchema-instance';

export const isXsd = (uri: string) => /^http:\/\/www\.w3\.org\/(1999|2000\/10|2001)\/XMLSchema$/.test(uri);
export const isXsi = (uri: string) => /^http:\/\/www\.w3\.org\/(1999|2000\/10|2001)\/XMLSchema-instance$/.test(uri);
