/** Control totals: what a record says of the others of its group, counted while they are read or before they are written. Exact. */
import type { GroupNode, RecordNode, Total, ValueField } from './layout.ts';

export interface TotalField {
  readonly field: ValueField;
  readonly total: Total;
  readonly record: RecordNode;
  /** Within which it counts. */
  readonly scope: GroupNode;
}

export function totalsOf(scope: GroupNode): TotalField[] {
  return scope.items.flatMap((item) => (item.kind === 'group' ? totalsOf(item) : own(item, scope)));
}

function own(record: RecordNode, scope: GroupNode): TotalField[] {
  return record.body.fields.flatMap((field) =>
    field.kind === 'value' && field.total ? [{ field, total: field.total, record, scope }] : [],
  );
}

/** A decimal as its digits and how many of them stand behind the point. */
interface Exact {
  readonly digits: bigint;
  readonly scale: number;
}

/** What was counted in one occurrence of a group. */
export class Counts {
  readonly #sums: ReadonlyMap<TotalField, { value: Exact }>;

  /** `totals`: those of the group. */
  constructor(totals: readonly TotalField[]) {
    this.#sums = new Map(totals.map((total) => [total, { value: { digits: 0n, scale: 0 } }]));
  }

  add(record: RecordNode, value: Readonly<Record<string, unknown>>): void {
    for (const [{ total }, sum] of this.#sums) {
      if (!counts(total, record, value)) continue;
      const more = total.of === 'count' ? ONE : exactOf(value[total.field]);
      if (more) sum.value = plus(sum.value, more);
    }
  }

  /** As digits with a point: `12`, `12.50`. */
  of(field: TotalField): string {
    const { value } = this.#sums.get(field)!;
    const { of, digits } = field.total;
    return shown(
      of === 'hash' && digits !== undefined ? { ...value, digits: value.digits % 10n ** BigInt(digits) } : value,
    );
  }
}

const ONE: Exact = { digits: 1n, scale: 0 };

function counts({ records, where }: Total, { name }: RecordNode, value: Readonly<Record<string, unknown>>): boolean {
  if (records.length > 0 && !records.includes(name)) return false;
  return [...where].every(([field, values]) => values.includes(String(value[field] ?? '')));
}

function exactOf(value: unknown): Exact | undefined {
  const found = /^(-?\d+)(?:\.(\d+))?$/.exec(String(value ?? ''));
  if (!found) return undefined;
  const fraction = found[2] ?? '';
  return { digits: BigInt(found[1] + fraction), scale: fraction.length };
}

function plus(a: Exact, b: Exact): Exact {
  const scale = Math.max(a.scale, b.scale);
  return { digits: scaled(a, scale) + scaled(b, scale), scale };
}

const scaled = ({ digits, scale }: Exact, to: number) => digits * 10n ** BigInt(to - scale);

function shown({ digits, scale }: Exact): string {
  if (scale === 0) return String(digits);
  const text = String(digits < 0n ? -digits : digits).padStart(scale + 1, '0');
  return `${digits < 0n ? '-' : ''}${text.slice(0, -scale)}.${text.slice(-scale)}`;
}

/** By value: 12.5 is 12.50. */
export function sameTotal(said: unknown, counted: string): boolean {
  const [a, b] = [exactOf(said), exactOf(counted)];
  if (!a || !b) return false;
  const scale = Math.max(a.scale, b.scale);
  return scaled(a, scale) === scaled(b, scale);
}

/** The total as a value of its field's type. */
export function asValue({ field, total }: TotalField, counted: string): unknown {
  if (field.type.kind === 'string') return counted.padStart(total.digits ?? field.length ?? 0, '0');
  return field.type.kind === 'integer' && Number.isSafeInteger(Number(counted)) ? Number(counted) : counted;
}
