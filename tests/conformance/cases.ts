/** The cases of the semantics of orchestrations, as tests/conformance/orchestration/*.yaml tell them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Happening } from '../runtime/orchestration/driver.ts';

export interface Case {
  readonly case: string;
  /** The body's steps as YAML text. */
  readonly body: string;
  readonly events: readonly (Happening & {
    readonly after?: string;
    readonly commands: readonly string[];
    readonly status: string;
    readonly failure?: string;
  })[];
}

const folder = join(import.meta.dirname, 'orchestration');

export const caseFiles: readonly string[] = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

export const casesOf = (file: string) => parse(readFileSync(join(folder, file), 'utf8')) as readonly Case[];
