/** What the load over HTTP sends, by name. */

export interface Bodies {
  readonly contentType: string;
  /** The `number`th one, counted from 1; each is different. */
  make(number: number): string;
}

/** 1 KB of JSON. */
const parcel: Bodies = {
  contentType: 'application/json',
  make: (number) => `{"id":"P-${number}","sent":${performance.now()},"text":"${FILLER}"}`,
};
const FILLER = 'x'.repeat(940);

/** 2 KB of XML with ten lines, for one of three departments in turn. */
const order: Bodies = {
  contentType: 'application/xml',
  make: (number) =>
    `<?xml version="1.0" encoding="UTF-8"?>
<order xmlns="urn:bench:orders" number="PO-${number}" currency="GBP">
<placed>2026-07-01T08:30:00Z</placed><due>2026-07-14</due>
<department>${DEPARTMENTS[number % DEPARTMENTS.length]}</department><costCentre>HW4021</costCentre>
<requester><name>Morwenna Tregear</name><email>Morwenna.Tregear@northmoor.example</email><phone>01632 960 114</phone></requester>
<supplier><code>agg-221</code><name>Northern Aggregates &amp; Surfacing Ltd</name><vat>GB123456789</vat></supplier>
<delivery><uprn>010012345678</uprn><street>Depot Lane</street><town>Northmoor</town><postcode>nm11aa</postcode><instructions>Gate B, between 7 and 15</instructions></delivery>
${LINES}
<notes>Call the depot half an hour before.</notes>
</order>`,
};
const DEPARTMENTS = ['highways', 'housing', 'parks'];
const LINES = Array.from(
  { length: 10 },
  (_, index) =>
    `<line no="${index + 1}"><sku>TAR-00${index}</sku><text>Cold lay tarmac, bag no ${index}</text><quantity>${index * 7 + 1}</quantity><price>${index}2.35</price></line>`,
).join('\n');

export const bodies = { parcel, order } as const;
