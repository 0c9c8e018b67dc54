/** The context property that tells which file of a zip archive a message was: its name there. Carried. */
export const ZIP_FILE = 'zip.file';
