/** The package that this command line is part of. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface OwnPackage {
  readonly version: string;
  /** Absolute. */
  readonly folder: string;
  /** It runs from its source, not as an installed package. */
  readonly fromSource: boolean;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
}

export function ownPackage(): OwnPackage {
  const folder = fileURLToPath(new URL('../../', import.meta.url));
  const { version, devDependencies, optionalDependencies } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  ) as OwnPackage;
  return { version, folder, fromSource: import.meta.url.endsWith('.ts'), devDependencies, optionalDependencies };
}
