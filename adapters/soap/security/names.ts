/** Names of WS-Security, of XML Signature and of XML Encryption. */
export const SECURITY = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';
export const UTILITY = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd';
export const SIGNATURE = 'http://www.w3.org/2000/09/xmldsig#';
export const ENCRYPTION = 'http://www.w3.org/2001/04/xmlenc#';
export const ENCRYPTION_11 = 'http://www.w3.org/2009/xmlenc11#';
export const SECURITY_11 = 'http://docs.oasis-open.org/wss/oasis-wss-wssecurity-secext-1.1.xsd';
export const THUMBPRINT = 'http://docs.oasis-open.org/wss/oasis-wss-soap-message-security-1.1#ThumbprintSHA1';
export const X509_PROFILE = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0';

/** What is meant for whoever comes last: block names in its reasons. */
export type Problem =
  | 'InvalidSecurity'
  | 'InvalidSecurityToken'
  | 'FailedCheck'
  | 'FailedAuthentication'
  | 'SecurityTokenUnavailable'
  | 'UnsupportedAlgorithm'
  | 'MessageExpired';

/** Why a message is not taken to be what it says, by the name that WS-Security has for it. */
export class SecurityProblem extends Error {
  readonly problem: Problem;

  /** `options.cause`: what only operators may know. */
  constructor(problem: Problem, reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.problem = problem;
  }
}
