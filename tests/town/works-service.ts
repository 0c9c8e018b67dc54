/**
 * What the works system answers to a SOAP call. It refuses in the body of a 200; it says "failed" of what it has done; it is slow
 * at times; once in a while it does the work and the caller never hears of it; and a reference that it has seen is a fault that
 * names the first number.
 */
import { type Element, element, envelope, fault, readEnvelope, textOf } from './envelope.ts';
import { privateStreet, unplannedStreet } from './streets.ts';
import { pause } from './system.ts';
import type { Book, Entry } from './works-book.ts';

export interface Answer {
  readonly status: 200 | 500;
  readonly body: string;
  /** The work is done, but the connection breaks before the answer. */
  readonly lost?: boolean;
  /** An enquiry that somebody is interested in from now on. */
  readonly follow?: Entry;
  /** What was asked, as far as it was understood. */
  readonly call?: Readonly<Record<string, unknown>>;
}

export interface Service {
  answer(xml: string): Promise<Answer>;
  readonly count: { readonly duplicates: number; readonly strange: number; readonly refused: readonly string[] };
}

const NAMESPACE = 'urn:northmoor:works';
const ORDER = [
  ['ExternalSystemNumber', 'LoggedTime', 'SubjectCode', 'Site', 'Easting', 'Northing', 'EnquiryLocation'],
  ['EnquiryDescription', 'Customer', 'Photo'],
].flat();

/** `slow`: how long a slow answer takes, in ms. */
export function createService(book: Book, slow: number): Service {
  const count = { duplicates: 0, strange: 0, refused: [] as string[] };

  async function answer(xml: string): Promise<Answer> {
    try {
      const call = readEnvelope(xml);
      if (call.uri !== NAMESPACE) return strange(`${call.name} is not of ${NAMESPACE}`);
      const told = { operation: call.name, reference: textOf(call, 'ExternalSystemNumber') };
      if (call.name === 'NewEnquiry') return { call: told, ...(await newEnquiry(call)) };
      if (call.name === 'CancelEnquiry') return { call: told, ...cancelEnquiry(call, book) };
      return strange(`There is no operation ${call.name}`);
    } catch (thrown) {
      return strange(String(thrown));
    }
  }

  async function newEnquiry(call: Element): Promise<Answer> {
    const reference = textOf(call, 'ExternalSystemNumber');
    const site = call.children.find(({ name }) => name === 'Site');
    if (!reference || !site || !inOrder(call)) return strange('The elements are not those of NewEnquiry, in order');
    const usrn = textOf(site, 'Code');
    if (usrn === privateStreet) return refuse(reference, usrn);
    const known = book.find(reference);
    const entry = known ?? book.raise(reference);
    entry.calls += 1;
    const followed = usrn === unplannedStreet ? {} : { follow: entry };
    return { ...(known ? duplicate(entry) : await raised(entry, slow)), ...followed };
  }

  function refuse(reference: string, usrn: string): Answer {
    if (!count.refused.includes(reference)) count.refused.push(reference);
    return confirmation({ StatusCode: '207', StatusMessage: `Site ${usrn} is closed to enquiries` });
  }

  function duplicate({ reference, number }: Entry): Answer {
    count.duplicates += 1;
    const detail = element('Duplicate', NAMESPACE, { ExternalSystemNumber: reference, OriginalEnquiryNumber: number });
    return { status: 500, body: fault('Client', `Duplicate enquiry. Original enquiry: ${number}`, detail) };
  }

  function strange(reason: string): Answer {
    count.strange += 1;
    return { status: 500, body: fault('Client', reason), call: { strange: reason } };
  }

  return { answer, count };
}

async function raised({ reference, number }: Entry, slow: number): Promise<Answer> {
  const habit = habitOf(reference);
  if (habit === 'slow') await pause(slow);
  const failed = { StatusCode: '12', StatusMessage: 'A photo could not be kept' };
  const status = habit === 'photo lost' ? failed : { StatusCode: '0' };
  return { ...confirmation({ ...status, EnquiryNumber: number }), lost: habit === 'answer lost' };
}

function cancelEnquiry(call: Element, book: Book): Answer {
  const entry = book.find(textOf(call, 'ExternalSystemNumber') ?? '');
  const number = textOf(call, 'EnquiryNumber');
  const found = entry !== undefined && (number === undefined || number === entry.number);
  if (found) entry.cancelled = true;
  const status = found ? { StatusCode: '0' } : { StatusCode: '5', StatusMessage: 'No such enquiry' };
  return { status: 200, body: envelope(element('CancelEnquiryResponse', NAMESPACE, status)) };
}

const confirmation = (values: Readonly<Record<string, string>>): Answer => ({
  status: 200,
  body: envelope(element('NewEnquiryResponse', NAMESPACE, values)),
});

/** What happens to a new enquiry depends on its reference alone, so that every run is the same. */
function habitOf(reference: string): 'slow' | 'answer lost' | 'photo lost' | undefined {
  const turn = Number(reference.slice(-6)) % 25;
  if (turn === 3) return 'slow';
  if (turn === 7) return 'answer lost';
  return turn === 11 ? 'photo lost' : undefined;
}

function inOrder(call: Element): boolean {
  const places = call.children.map(({ name }) => ORDER.indexOf(name));
  return !places.includes(-1) && places.every((place, index) => index === 0 || place >= places[index - 1]!);
}
