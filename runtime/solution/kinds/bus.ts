/** config/bus.yaml: the bus itself; one a solution. */

import type { FileKind } from './kind.ts';
import { closed, name, path } from './parts.ts';

const addressPattern = '^(\\[[0-9A-Fa-f:]+\\]|[A-Za-z0-9.-]+):\\d{1,5}$';

const address = (standard: string) => ({
  type: 'string',
  pattern: addressPattern,
  default: standard,
  description: 'Host and port to listen on, as 127.0.0.1:8080',
});

/** Also the keys that an environment may override. */
export const busSettings = {
  organisation: name('the council whose messages these are'),
  store: {
    type: 'string',
    pattern: '^(memory|sqlite:.+)$',
    default: 'sqlite:data/guildhall.db',
    description: 'Where the MessageBox lies: sqlite:<file>, or memory (lost when the bus stops)',
  },
  http: closed('The listener of all HTTP locations', { address: address('127.0.0.1:8080') }),
  admin: closed('The listener of the console and the admin API', { address: address('127.0.0.1:8079') }),
  secrets: path('The folder with one file for each secret that no environment variable sets'),
};

export const bus: FileKind = {
  name: 'bus',
  what: 'the bus',
  pattern: /^config\/bus\.yaml$/,
  place: 'config/bus.yaml',
  naming: 'bus',
  schema: closed('The bus: its name, its MessageBox and where it listens', { bus: name('the bus'), ...busSettings }, [
    'bus',
    'organisation',
  ]),
};
