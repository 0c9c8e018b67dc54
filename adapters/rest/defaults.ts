/** What a location that serves takes unless told. */
export const RECEIVE_DEFAULTS = {
  method: 'POST',
  contentTypes: ['application/json', 'application/*+json', 'application/xml', 'text/xml', 'text/csv', 'text/plain'],
  maxBytes: 10 * 1024 * 1024,
} as const;
