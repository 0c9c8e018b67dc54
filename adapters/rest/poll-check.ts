/** What only code can find wrong with a location that asks. */
import { parseDuration } from '../../runtime/contracts/duration.ts';
import type { FindingInConfig } from '../../runtime/contracts/finding.ts';
import { busError } from '../../runtime/errors/bus-error.ts';
import { authFindings } from '../shared/client/auth/check.ts';
import { hasProperties } from '../shared/client/template.ts';
import type { PagesConfig, PollConfig, SinceConfig } from './poll-config.ts';
import { isOwnHeader } from './request-headers.ts';
import { urlProblem } from './target.ts';

export function pollFindings(config: PollConfig): FindingInConfig[] {
  const { url, headers = {}, auth, pages, items, since, every } = config;
  const problem = urlProblem(url) ?? placeholderProblem(url);
  const names = Object.keys(headers);
  return [
    ...(problem ? [invalid('url', problem, 'Write it as https://host/path?after={since}.')] : []),
    ...(since && !url.includes('{since}')
      ? [invalid('since', 'the address has no {since}', 'Put {since} where the time goes.')]
      : []),
    ...sinceFindings(since ?? {}, url, items),
    ...names
      .filter((name) => isOwnHeader(name))
      .map((name) => invalid(`headers.${name}`, `${name} is written by the adapter`, 'Leave it out.')),
    ...names
      .filter((name) => typeof headers[name] === 'string' && hasProperties(headers[name]))
      .map((name) =>
        invalid(`headers.${name}`, 'there is no message yet whose properties it could have', 'Write the value itself.'),
      ),
    ...authFindings(auth, names).map((finding) => ({ ...finding, path: `poll.${finding.path}` })),
    ...pagesFindings(pages, items),
    ...(every !== undefined && parseDuration(every) === 0
      ? [invalid('every', 'it would ask without a pause', 'Write a duration such as 1m.')]
      : []),
  ];
}

function placeholderProblem(url: string): string | undefined {
  const other = [...url.matchAll(/\{([^{}]*)\}/g)].find(([, name]) => name !== 'since' && name !== 'until');
  return other && `there is no ${other[0]} here; only {since} and {until} are`;
}

function sinceFindings(since: SinceConfig, url: string, items: string | undefined): FindingInConfig[] {
  const sources = (['item', 'field', 'header'] as const).filter((name) => since[name] !== undefined);
  const found: FindingInConfig[] = sources
    .slice(1)
    .map((name) => invalid(`since.${name}`, `there is \`${sources[0]}\` too`, 'Keep one of them.'));
  if (since.item !== undefined && items === undefined)
    found.push(invalid('since.item', 'it does not say where the items are', 'Add `items` beside `since`.'));
  if (since.format !== 'text') return found;
  if (sources.length === 0)
    found.push(invalid('since.format', 'the time of a look is no text', 'Add `item`, `field` or `header`.'));
  if (url.includes('{until}'))
    found.push(invalid('url', '{until} is a time, and the format is text', 'Leave {until} out.'));
  return found;
}

function pagesFindings(pages: PagesConfig | undefined, items: string | undefined): FindingInConfig[] {
  if (!pages) return [];
  const { by, field, parameter } = pages;
  const wantsField = by === 'next' || by === 'cursor';
  const wantsParameter = by === 'cursor' || by === 'page' || by === 'offset';
  const isCounted = by === 'page' || by === 'offset';
  return [
    ...(wantsField && field === undefined
      ? [invalid('pages', 'it does not say which field leads on', 'Add `field`.')]
      : []),
    ...(wantsParameter && parameter === undefined
      ? [invalid('pages', 'it does not say which field of the query takes it', 'Add `parameter`.')]
      : []),
    ...(isCounted && items === undefined
      ? [invalid('pages', 'it cannot be told when the items end', 'Add `items`.')]
      : []),
  ];
}

function invalid(path: string, reason: string, advice: string): FindingInConfig {
  const { code, message, help } = busError('OPTION_INVALID', { reason, advice });
  return { code, severity: 'error', path: `poll.${path}`, message, help };
}
