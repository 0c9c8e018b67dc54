/** Working days and service hours as a solution declares them. */

export interface Calendar {
  readonly name: string;
  /** IANA name: whose wall clock its days and hours are of. */
  readonly zone: string;
  /** Weekdays that are worked, 0 is Sunday; never empty. */
  readonly week: ReadonlySet<number>;
  /** Days that are not worked, as days since 1970-01-01. */
  readonly holidays: ReadonlySet<number>;
  /** Service hours of a working day, as seconds of its wall clock; `from` < `to` <= 86400. */
  readonly hours: { readonly from: number; readonly to: number };
}

export type Calendars = ReadonlyMap<string, Calendar>;
