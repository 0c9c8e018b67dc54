/** The context property that tells which record of a flat file a message came of, as `<record>#<number of its first line>`. Carried. */
export const FLAT_RECORD = 'flat.record';
