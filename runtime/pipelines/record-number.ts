/** Records of an interchange know where they stood in it. */
import type { Context } from '../contracts/message.ts';
import { CSV_ROW } from './csv-row.ts';
import { FLAT_RECORD } from './flat-record.ts';

/** The context property that tells which record of an XML or JSON interchange a message was, from 1. Carried. */
export const RECORD_NUMBER = 'record.number';

const ALL = [CSV_ROW, FLAT_RECORD, RECORD_NUMBER];

/** The message is a record by itself already: one that was suspended and comes again is not split. */
export const isRecord = (context: Context): boolean => ALL.some((name) => context.has(name));
