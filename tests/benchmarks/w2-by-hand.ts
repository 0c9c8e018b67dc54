/** The order of W2 as somebody would write it by hand: its schema for ajv, and what mappings/order-to-purchase makes of it. */

/** As fast-xml-parser gives it: every value is text. */
export interface Order {
  readonly number: string;
  readonly currency: string;
  readonly priority?: string;
  readonly placed: string;
  readonly due: string;
  readonly department: string;
  readonly costCentre: string;
  readonly requester: { readonly name: string; readonly email: string; readonly phone?: string };
  readonly supplier: { readonly code: string; readonly name: string; readonly vat: string };
  readonly delivery: {
    readonly uprn: string;
    readonly street: string;
    readonly town: string;
    readonly postcode: string;
    readonly instructions?: string;
  };
  readonly line: readonly Line[];
  readonly notes?: string;
}

interface Line {
  readonly no: string;
  readonly sku: string;
  readonly text: string;
  readonly quantity: string;
  readonly price: string;
}

const text = { type: 'string' };
const name = { type: 'string', minLength: 1, maxLength: 60 };
const whole = { type: 'string', pattern: '^[0-9]{1,9}$' };
const record = (properties: object, required: readonly string[]) => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required,
});

export const orderSchema = record(
  {
    xmlns: text,
    number: text,
    currency: text,
    priority: text,
    placed: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(Z|[+-]\\d\\d:\\d\\d)?$' },
    due: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\d$' },
    department: { enum: ['highways', 'housing', 'parks'] },
    costCentre: { type: 'string', pattern: '^[A-Z]{2}[0-9]{4}$' },
    requester: record({ name, email: text, phone: text }, ['name', 'email']),
    supplier: record({ code: text, name, vat: text }, ['code', 'name', 'vat']),
    delivery: record(
      {
        uprn: { type: 'string', pattern: '^[0-9]{12}$' },
        street: text,
        town: text,
        postcode: text,
        instructions: text,
      },
      ['uprn', 'street', 'town', 'postcode'],
    ),
    line: {
      type: 'array',
      minItems: 1,
      maxItems: 100,
      items: record(
        { no: whole, sku: text, text: name, quantity: whole, price: { type: 'string', pattern: '^-?\\d+(\\.\\d+)?$' } },
        ['no', 'sku', 'text', 'quantity', 'price'],
      ),
    },
    notes: text,
  },
  ['number', 'currency', 'placed', 'due', 'department', 'costCentre', 'requester', 'supplier', 'delivery', 'line'],
);

const london = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', dateStyle: 'short', timeStyle: 'medium' });
const DAY = 86_400_000;

/** Amounts are counted in hundredths, as a careful programmer would. */
export function toPurchase(order: Order): unknown {
  const [placedOn, placedAt] = london.format(new Date(order.placed)).split(', ') as [string, string];
  const [day, month, year] = placedOn.split('/').map(Number) as [number, number, number];
  const [dueYear, dueMonth, dueDay] = order.due.split('-') as [string, string, string];
  const quantities = order.line.map((line) => Number(line.quantity));
  const cents = order.line.map((line, index) => Math.round(Number(line.price) * 100) * quantities[index]!);
  return {
    reference: `GH-${order.number}`,
    department: order.department,
    currency: order.currency,
    urgent: order.priority === 'urgent',
    placedOn,
    placedAt,
    dueOn: `${dueDay}/${dueMonth}/${dueYear}`,
    daysToDeliver: (Date.parse(order.due) - Date.UTC(year, month - 1, day)) / DAY,
    costCentre: order.costCentre,
    budget: order.costCentre.slice(0, 2),
    by: {
      name: order.requester.name,
      mail: order.requester.email.toLowerCase(),
      phone: order.requester.phone?.replaceAll(' ', ''),
    },
    supplier: {
      code: order.supplier.code.toUpperCase(),
      name: order.supplier.name.slice(0, 40),
      vat: order.supplier.vat,
    },
    deliverTo: {
      uprn: order.delivery.uprn,
      address: `${order.delivery.street}, ${order.delivery.town}`,
      postcode: postcode(order.delivery.postcode),
      instructions: order.delivery.instructions,
    },
    lines: order.line.map(({ no, sku, text }, index) => ({
      position: Number(no),
      sku,
      text,
      quantity: quantities[index],
      amount: (cents[index]! / 100).toFixed(2),
    })),
    items: order.line.length,
    largest: Math.max(...quantities),
    total: (cents.reduce((sum, amount) => sum + amount, 0) / 100).toFixed(2),
    notes: order.notes,
  };
}

function postcode(written: string): string {
  const closed = written.replaceAll(' ', '').toUpperCase();
  return `${closed.slice(0, -3)} ${closed.slice(-3)}`;
}
