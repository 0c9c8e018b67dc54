/** What only code can find wrong with a logon by SOAP. */
import type { FindingInConfig } from '../../../runtime/contracts/finding.ts';
import { reasonOf } from '../../../runtime/errors/as-bus-error.ts';
import { busError } from '../../../runtime/errors/bus-error.ts';
import { parseElement } from '../xml-tree.ts';
import type { SessionConfig } from './config.ts';
import { namesIn } from './template.ts';

export function sessionFindings(session: SessionConfig | undefined): FindingInConfig[] {
  if (!session) return [];
  const { logon, token, into, logoff } = session;
  const values = Object.keys(logon.values ?? {});
  const used = new Set([...namesIn(logon.message), ...namesIn(logon.header ?? '')]);
  const unused = values.filter((name) => !used.has(name));
  const tokens = token === undefined ? [] : ['token'];
  return [
    ...templateFindings('session.logon.message', logon.message, values),
    ...templateFindings('session.logon.header', logon.header, values),
    ...unused.map((name) =>
      invalid(`session.logon.values.${name}`, 'nothing uses it', `Write {${name}} where it goes.`),
    ),
    ...templateFindings('session.into.header', into?.header, tokens),
    ...(into?.header === undefined || namesIn(into.header).includes('token')
      ? []
      : [invalid('session.into.header', 'the token stands nowhere in it', 'Write {token} where it goes.')]),
    ...templateFindings('session.logoff', logoff, tokens),
  ];
}

function templateFindings(path: string, template: string | undefined, known: readonly string[]): FindingInConfig[] {
  if (template === undefined) return [];
  const unknown = namesIn(template).filter((name) => !known.includes(name));
  const problem = problemOf(template, path.endsWith('header'));
  return [
    ...(problem === undefined ? [] : [invalid(path, problem, 'Write well-formed XML, with its namespaces.')]),
    ...unknown.map((name) => invalid(path, `there is no value ${name}`, adviceFor(path, name))),
  ];
}

const adviceFor = (path: string, name: string) =>
  path.startsWith('session.logon') ? `Add ${name} to \`session.logon.values\`.` : 'Only {token} is known here.';

/** Header blocks may be several elements. */
function problemOf(template: string, fragment: boolean): string | undefined {
  try {
    parseElement(fragment ? `<blocks>${template}</blocks>` : template);
    return undefined;
  } catch (thrown) {
    return reasonOf(thrown);
  }
}

function invalid(path: string, reason: string, advice: string): FindingInConfig {
  const { code, message, help } = busError('OPTION_INVALID', { reason, advice });
  return { code, severity: 'error', path, message, help };
}
