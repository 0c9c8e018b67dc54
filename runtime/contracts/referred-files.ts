/** Where a schema or a WSDL may mean that another file lies: as it says, or as a program of Windows or a browser would write it. */
import { posix } from 'node:path';

/** Relative to the folder that `from` is relative to, the likeliest first; none for what lies in the network. */
export function referredFiles(from: string, location: string): readonly string[] {
  if (/^[a-z][a-z0-9+.-]*:/i.test(location)) return [];
  const slashes = location.replaceAll('\\', '/');
  const inFolder = (place: string) => posix.join(posix.dirname(from), place);
  return [...new Set([location, slashes, decoded(slashes)].map(inFolder))];
}

function decoded(location: string): string {
  try {
    return decodeURIComponent(location);
  } catch {
    return location; // A percent sign that means itself.
  }
}
