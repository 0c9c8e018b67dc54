/** The context property that tells from which row of a file a message came; the header counts as row 1. Carried. */
export const CSV_ROW = 'csv.row';
