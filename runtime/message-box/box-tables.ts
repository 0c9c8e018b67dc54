/** All that a store made of tables keeps: what units write, the large parts they refer to, and what retention removes. */
import type { PartTables } from './part-tables.ts';
import type { PurgeTables } from './purge-tables.ts';
import type { Tables } from './tables.ts';

export type BoxTables = Tables & PartTables & PurgeTables;
