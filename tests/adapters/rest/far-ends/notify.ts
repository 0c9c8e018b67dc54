/**
 * GOV.UK Notify as its public API documents it: a token that each request signs anew (HS256, issuer and time, good for 30 seconds),
 * 201 with the notification, errors as a list with their names.
 */
import { jwtVerify } from 'jose';
import { type FarEnd, json, openFarEnd } from './far-end.ts';

const SERVICE = '26785a09-ab16-4eb0-8407-a37497a57506';
const SECRET = '3d844edf-8d35-48ac-975b-e847b4f122b0';
export const NOTIFY_KEY = `street-care-${SERVICE}-${SECRET}`;
export const TEMPLATE = 'f33517ff-2a88-4f6e-b855-c550268ce08a';

/** `now` is the clock of the far end (ms). */
export function openNotify(now: () => number): Promise<FarEnd> {
  const refused = (status: number, error: string, message: string) =>
    json(status, { status_code: status, errors: [{ error, message }] });
  return openFarEnd(async ({ headers, url, body }) => {
    const token = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
    const verified = await jwtVerify(token, Buffer.from(SECRET), { issuer: SERVICE, algorithms: ['HS256'] }).catch(
      () => undefined,
    );
    if (!verified) return refused(403, 'AuthError', 'Invalid token: API key not found');
    if (Math.abs(now() / 1000 - verified.payload.iat!) > 30) {
      return refused(403, 'AuthError', 'Error: Your system clock must be accurate to within 30 seconds');
    }
    const { phone_number: number, template_id: template, personalisation } = JSON.parse(body);
    if (url.pathname !== '/v2/notifications/sms') return refused(404, 'NotFound', 'Not found');
    if (template !== TEMPLATE) return refused(400, 'BadRequestError', 'Template not found');
    if (!/^07\d{9}$/.test(number)) return refused(400, 'ValidationError', 'phone_number Not enough digits');
    if (!personalisation?.reference) return refused(400, 'BadRequestError', 'Missing personalisation: reference');
    if (number === '07700900999')
      return refused(429, 'RateLimitError', 'Exceeded rate limit for key type live of 3000 requests per 60 seconds');
    const id = '740e5834-3a29-46b4-9a6f-16142fde533a';
    return json(201, {
      id,
      reference: null,
      content: { body: `Case ${personalisation.reference}`, from_number: 'NORTHMOOR' },
    });
  });
}
