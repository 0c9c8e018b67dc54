/**
 * GOV.UK Pay as its public API documents it: creating and finding payments with a bearer key and an Idempotency-Key, errors with
 * code and field, the limit of requests, and webhooks signed with HMAC-SHA256 in Pay-Signature. What the documents leave open is
 * assumed: the same key with the same body gives the first payment again.
 */
import { createHmac } from 'node:crypto';
import { type FarEnd, json, openFarEnd, type Request } from './far-end.ts';

export const PAY_KEY = 'api_test_n0tR3al';
export const WEBHOOK_SECRET = 'webhook_test_s3cret';

export interface Pay extends FarEnd {
  readonly payments: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  /** The next requests so many are refused, as above 15 in a second. */
  refuseNext(count: number): void;
  /** Hands an event to a webhook of ours; resolves with its answer. */
  notify(url: string, event: object, signature?: (body: string) => string): Promise<Response>;
}

export const paySignature = (body: string) => createHmac('sha256', WEBHOOK_SECRET).update(body).digest('hex');

export async function openPay(): Promise<Pay> {
  const payments = new Map<string, Readonly<Record<string, unknown>>>();
  const byKey = new Map<string, { readonly body: string; readonly id: string }>();
  let refusals = 0;

  function create(request: Request) {
    const wanted = JSON.parse(request.body) as Record<string, unknown>;
    for (const field of ['amount', 'reference', 'description', 'return_url']) {
      if (!(field in wanted))
        return json(400, { field, code: 'P0101', description: `Missing mandatory attribute: ${field}` });
    }
    const { amount } = wanted;
    if (!Number.isInteger(amount) || Number(amount) < 0 || Number(amount) > 10_000_000) {
      const description = 'Invalid attribute value: amount. Must be less than or equal to 10000000';
      return json(422, { field: 'amount', code: 'P0102', description });
    }
    const key = request.headers['idempotency-key'];
    const known = typeof key === 'string' ? byKey.get(key) : undefined;
    if (known && known.body !== request.body) {
      return json(409, {
        header: 'Idempotency-Key',
        code: 'P0191',
        description: 'The Idempotency-Key has already been used',
      });
    }
    const id = known?.id ?? `hu20sqlact5260q2nanm0q8u${payments.size}`;
    const self = `${request.base}/v1/payments/${id}`;
    const payment = payments.get(id) ?? {
      ...wanted,
      payment_id: id,
      state: { status: 'created', finished: false },
      _links: {
        self: { href: self, method: 'GET' },
        next_url: { href: `${request.base}/secure/${id}`, method: 'GET' },
      },
    };
    payments.set(id, payment);
    if (typeof key === 'string') byKey.set(key, { body: request.body, id });
    return json(201, payment, { Location: self });
  }

  const end = await openFarEnd((request) => {
    if (request.headers.authorization !== `Bearer ${PAY_KEY}`) {
      return json(401, { code: 'P0900', description: 'Credentials are required to access this resource' });
    }
    if (refusals > 0) {
      refusals -= 1;
      return json(429, { code: 'P0900', description: 'Too many requests' });
    }
    if (request.method === 'POST' && request.url.pathname === '/v1/payments') return create(request);
    const found = payments.get(request.url.pathname.replace('/v1/payments/', ''));
    return found ? json(200, found) : json(404, { code: 'P0200', description: 'Not found' });
  });

  return {
    ...end,
    payments,
    refuseNext: (count) => {
      refusals = count;
    },
    notify: (url, event, signature = paySignature) => {
      const body = JSON.stringify(event);
      const headers = { 'Content-Type': 'application/json', 'Pay-Signature': signature(body) };
      return fetch(url, { method: 'POST', headers, body });
    },
  };
}
