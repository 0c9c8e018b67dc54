/**
 * A server of Open311 GeoReport v2 as its specification has it: form-encoded requests with attribute[CODE] and the api_key, XML and
 * JSON, jurisdiction_id, batch services that give a token first, errors as lists. Reports are listed by when they were updated.
 */
import { type FarEnd, json, openFarEnd, type Reply, type Request, xml } from './far-end.ts';

export const JURISDICTION = 'northmoor.example';
export const API_KEY = 'k3y';

export interface Report {
  readonly id: string;
  readonly updated: string;
  readonly status: string;
}

export interface Open311 extends FarEnd {
  readonly reports: Report[];
  /** The forms of reports that came in. */
  readonly forms: URLSearchParams[];
  /** Reports of batch services get their numbers. */
  number(): void;
}

export async function openOpen311(pageSize: number): Promise<Open311> {
  const reports: Report[] = [];
  const forms: URLSearchParams[] = [];
  let isNumbered = false;

  const answer = (
    request: Request,
    status: number,
    lists: string,
    item: string,
    fields: Readonly<Record<string, string>>[],
  ): Reply => {
    if (request.url.pathname.endsWith('.json')) return json(status, fields);
    const inner = fields.map((each) => {
      const elements = Object.entries(each).map(([name, value]) => `<${name}>${value}</${name}>`);
      return `<${item}>${elements.join('')}</${item}>`;
    });
    return xml(status, `<${lists}>${inner.join('')}</${lists}>`);
  };
  const refused = (request: Request, status: number, description: string) =>
    answer(request, status, 'errors', 'error', [{ code: String(status), description }]);

  function create(request: Request): Reply {
    if (request.headers['content-type'] !== 'application/x-www-form-urlencoded')
      return refused(request, 400, 'a form is needed');
    const form = new URLSearchParams(request.body);
    if (form.get('api_key') !== API_KEY) return refused(request, 403, 'api_key was not provided or is wrong');
    if (form.get('jurisdiction_id') !== JURISDICTION) return refused(request, 404, 'jurisdiction_id was not found');
    if (!form.has('service_code')) return refused(request, 400, 'service_code was not provided');
    if (!form.has('lat') && !form.has('address_string') && !form.has('address_id'))
      return refused(request, 400, 'a location is needed');
    forms.push(form);
    const identity =
      form.get('service_code') === 'tree' ? { token: `t${forms.length}` } : { service_request_id: `r${forms.length}` };
    return answer(request, 201, 'service_requests', 'request', [{ ...identity, service_notice: 'Thank you' }]);
  }

  function list(request: Request): Reply {
    const after = request.url.searchParams.get('updated_after') ?? '';
    const page = Number(request.url.searchParams.get('page') ?? 1);
    const found = reports.filter(({ updated }) => updated >= after).slice((page - 1) * pageSize, page * pageSize);
    const fields = found.map(({ id, updated, status }) => ({
      service_request_id: id,
      status,
      updated_datetime: updated,
    }));
    return answer(request, 200, 'service_requests', 'request', fields);
  }

  const end = await openFarEnd((request) => {
    const path = request.url.pathname.replace(/\.(json|xml)$/, '');
    if (request.method === 'POST' && path === '/v2/requests') return create(request);
    if (request.url.searchParams.get('jurisdiction_id') !== JURISDICTION)
      return refused(request, 404, 'jurisdiction_id was not found');
    if (path === '/v2/requests') return list(request);
    const token = /^\/v2\/tokens\/(t\d+)$/.exec(path)?.[1];
    if (!token) return refused(request, 404, 'not found');
    const number = isNumbered ? { service_request_id: token.replace('t', 'r') } : {};
    return answer(request, 200, 'service_requests', 'request', [{ token, ...number }]);
  });
  return {
    ...end,
    reports,
    forms,
    number: () => {
      isNumbered = true;
    },
  };
}
