/** SOAP 1.1 and 1.2 by WSDL, in both directions: messages are body elements, document/literal or an rpc operation's wrapper. */
import type { Adapter, Direction } from '../../runtime/contracts/adapter.ts';
import type { FindingInConfig } from '../../runtime/contracts/finding.ts';
import { accessFindings } from '../shared/access/check.ts';
import { authFindings } from '../shared/client/auth/check.ts';
import { receiveSchema, sendSchema } from './config.ts';
import { invalid } from './invalid-option.ts';
import { createReceiveLocation, type SoapReceiveConfig } from './receive.ts';
import { securityFindings } from './security/check.ts';
import { createSendPort, type SoapSendConfig } from './send.ts';
import { sessionFindings } from './session/check.ts';

type SoapConfig = SoapReceiveConfig | SoapSendConfig;

export const soap: Adapter<SoapConfig> = {
  name: 'soap',
  summary: 'Calls the operations of a SOAP service, and serves those of a WSDL.',
  receiveConfig: receiveSchema,
  sendConfig: sendSchema,
  callers: true,
  dynamic: { address: 'url', kind: 'url', options: ['operation', 'soapAction'] },
  examples: [
    {
      title: 'Serve the operations of a WSDL',
      direction: 'receive',
      config: { wsdl: 'schemas/works/notify.wsdl', path: '/works-updates' },
    },
    {
      title: 'Serve callers who sign with certificates of an authority that is trusted',
      direction: 'receive',
      config: {
        wsdl: 'schemas/works/notify.wsdl',
        path: '/works-updates',
        signature: { trusted: ['config/works-authority.pem'] },
      },
    },
    {
      title: 'Serve callers who sign and encrypt, and answer them likewise',
      direction: 'receive',
      config: {
        wsdl: 'schemas/works/notify.wsdl',
        path: '/works-updates',
        signature: { trusted: ['config/works-authority.pem'] },
        encryption: { keys: [{ certificate: 'config/bus.pem', key: { secret: 'BUS_KEY' } }] },
        sign: { certificate: 'config/bus.pem', key: { secret: 'BUS_KEY' } },
        encrypt: { parts: ['body', 'signature'] },
      },
    },
    {
      title: 'Call a service with a UsernameToken; the message decides the operation',
      direction: 'send',
      config: {
        wsdl: 'schemas/works/works.wsdl',
        url: 'https://works.example.gov.uk/service',
        auth: { type: 'usernameToken', user: 'bus', password: { secret: 'WORKS_PASSWORD' } },
      },
    },
    {
      title: 'Log on before the first call, and carry the token in the body of all others',
      direction: 'send',
      config: {
        wsdl: 'schemas/works/works.wsdl',
        session: {
          logon: {
            message: '<Authenticate xmlns="urn:works"><User>bus</User><Password>{password}</Password></Authenticate>',
            values: { password: { secret: 'WORKS_PASSWORD' } },
          },
          token: 'Token/TokenString',
          into: { body: 'token' },
          expired: { faults: ['Invalid Token'] },
        },
      },
    },
    {
      title: 'Call a service that wants our certificate, through the proxy of the council',
      direction: 'send',
      config: {
        wsdl: 'schemas/works/works.wsdl',
        tls: { certificate: 'config/bus.pem', key: { secret: 'BUS_KEY' } },
        proxy: { url: 'http://proxy.example.gov.uk:3128' },
      },
    },
  ],
  check,
  receive: (config, context) => createReceiveLocation(config as SoapReceiveConfig, context),
  send: (config, context) => createSendPort(config as SoapSendConfig, context),
};

function check(config: SoapConfig, direction: Direction): readonly FindingInConfig[] {
  const found: FindingInConfig[] = [];
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(config.wsdl)) {
    found.push(invalid('wsdl', 'a WSDL is never fetched from the network', 'Keep a copy of it in schemas/.'));
  }
  return direction === 'receive'
    ? [...found, ...receiveFindings(config as SoapReceiveConfig)]
    : [...found, ...sendFindings(config as SoapSendConfig)];
}

function receiveFindings(config: SoapReceiveConfig): FindingInConfig[] {
  const { access, signature, attachments } = config;
  return [
    ...accessFindings(access),
    ...(signature && attachments === 'parts' ? [unsigned('attachments')] : []),
    ...securityFindings(config, 'receive'),
    ...answerFindings(config),
  ];
}

function answerFindings({ answers, sign, encrypt }: SoapReceiveConfig): FindingInConfig[] {
  const { attachments = 'auto', binary, least } = answers ?? {};
  const found: FindingInConfig[] = [];
  const beside = attachments === 'mtom' || attachments === 'swa';
  if (beside && (sign || encrypt)) {
    const reason = 'what lies beside the envelope would be neither signed nor encrypted';
    found.push(invalid('answers.attachments', reason, 'Use `attachments: inline`.'));
  }
  for (const [name, given] of Object.entries({ binary, least })) {
    if (given === undefined || attachments === 'auto' || attachments === 'mtom') continue;
    found.push(
      invalid(`answers.${name}`, 'only MTOM sends elements as binary content', 'Use `attachments: mtom` or `auto`.'),
    );
  }
  return found;
}

/** Headers that the adapter or the HTTP client writes itself. */
const OWN = /^(content-length|transfer-encoding|host|connection|content-type|idempotency-key|soapaction)$/i;

function sendFindings(config: SoapSendConfig): FindingInConfig[] {
  const { url, headers = {}, auth, session, sign, signature, encrypt, addressing, attachments } = config;
  const found: FindingInConfig[] = [...securityFindings(config, 'send')];
  if (url !== undefined && (!URL.canParse(url) || /^https?:\/\/[^/]*@/i.test(url))) {
    found.push(invalid('url', 'it is not http(s)://host[:port]/path', 'Put user and password into `auth`.'));
  }
  for (const name of Object.keys(headers).filter((header) => OWN.test(header))) {
    found.push(invalid(`headers.${name}`, `${name} is written by the adapter`, 'Leave it out.'));
  }
  if (auth && auth.type !== 'usernameToken') found.push(...authFindings(auth, Object.keys(headers)));
  found.push(...sessionFindings(session));
  if (sign?.parts?.includes('addressing') && !addressing) {
    found.push(invalid('sign.parts', 'there is no addressing to sign', 'Add `addressing`, or leave it out here.'));
  }
  found.push(...attachmentFindings(attachments, sign !== undefined || encrypt !== undefined));
  if (signature && attachments?.answers === 'parts') found.push(unsigned('attachments.answers'));
  return found;
}

function attachmentFindings(attachments: SoapSendConfig['attachments'], secured: boolean): FindingInConfig[] {
  const found: FindingInConfig[] = [];
  if (attachments?.binary && attachments.send !== 'mtom') {
    found.push(invalid('attachments.binary', 'only MTOM sends elements as binary content', 'Add `send: mtom`.'));
  }
  if (secured && (attachments?.send === 'mtom' || attachments?.send === 'swa')) {
    const reason = 'what lies beside the envelope would be neither signed nor encrypted';
    found.push(invalid('attachments.send', reason, 'Use `send: inline`.'));
  }
  return found;
}

const unsigned = (path: string) =>
  invalid(path, 'what was signed has its content in its place', 'Leave it out: content is taken inline.');
