/** Names of WS-Security 1.0 and of XML Signature. */
export const SECURITY = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';
export const UTILITY = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd';
export const SIGNATURE = 'http://www.w3.org/2000/09/xmldsig#';

/** What is meant for whoever comes last: block names in its reasons. */
export type Problem =
  | 'InvalidSecurity'
  | 'InvalidSecurityToken'
  | 'FailedCheck'
  | 'FailedAuthentication'
  | 'UnsupportedAlgorithm'
  | 'MessageExpired';

/** Why a message is not taken to be what it says, by the name that WS-Security has for it. */
export class SecurityProblem extends Error {
  readonly problem: Problem;

  constructor(problem: Problem, reason: string) {
    super(reason);
    this.problem = problem;
  }
}
