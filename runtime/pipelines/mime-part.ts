/** The context property that tells which part of a multipart a message was: its number there, from 1. Carried. */
export const MIME_PART = 'mime.part';

/** The context property with the name of that part: of its file, its field in a form or its Content-ID. Carried. */
export const MIME_NAME = 'mime.name';
