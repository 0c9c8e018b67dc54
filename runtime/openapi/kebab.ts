/** Names as a solution writes them. */

/** `NewEnquiry` as `new-enquiry`. */
export function kebab(text: string): string {
  const plain = text
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return /^[a-z]/.test(plain) ? plain : `x-${plain}`;
}

/** What the message types of an operation are called unless told. */
export const requestTypeOf = (operation: string) => kebab(`${operation} request`);
export const responseTypeOf = (operation: string) => kebab(`${operation} response`);
