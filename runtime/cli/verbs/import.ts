/** `guildhall import xsd|wsdl|openapi <file or address>`: copies a contract into the solution, offline ever after. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, posix, resolve } from 'node:path';
import { busError } from '../../errors/bus-error.ts';
import { kebab } from '../../openapi/kebab.ts';
import { readSolution } from '../../solution/find.ts';
import { loadSolution } from '../../solution/load.ts';
import type { Console } from '../console.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { type FindReferences, type Gathered, gather } from '../import/gather.ts';
import type { Imported, ImportOptions } from '../import/imported.ts';
import { jsonReferences } from '../import/json-references.ts';
import { importOpenapi } from '../import/openapi.ts';
import { importWsdl } from '../import/wsdl.ts';
import { xmlReferences } from '../import/xml-references.ts';
import { importXsd } from '../import/xsd.ts';
import type { Verb } from '../verb.ts';

interface Options {
  readonly solution?: string;
  readonly name?: string;
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
  readonly serve?: boolean;
}

interface Kind {
  readonly what: string;
  readonly find: FindReferences;
  read(gathered: Gathered, options: ImportOptions): Imported;
  /** It can be served, too. */
  readonly serves?: true;
}

const KINDS: Readonly<Record<string, Kind>> = {
  xsd: { what: 'a set of XML schemas', find: xmlReferences, read: importXsd },
  wsdl: { what: 'the WSDL of a SOAP service', find: xmlReferences, read: importWsdl },
  openapi: { what: 'the OpenAPI document of a REST service', find: jsonReferences, read: importOpenapi, serves: true },
};

export const importContract: Verb = {
  add(program, io, finish) {
    const command = program
      .command('import')
      .description('copy a contract with all that it refers to into the solution');
    for (const [name, kind] of Object.entries(KINDS)) {
      const verb = command
        .command(`${name} <source>`)
        .description(
          `${kind.what}, from a file or an http(s) address: its files, message types and a starting application`,
        )
        .option('--solution <folder>', 'the folder of the solution; by default the current one')
        .option('--name <name>', 'what it is called here; by default after the file')
        .option('--dry-run', 'only tell what would be written')
        .option('--force', 'replace files that are there')
        .option('--json', 'print JSON')
        .action(finish((source: string, options: Options) => imported(kind, source, options, io)));
      if (kind.serves) verb.option('--serve', 'an application that serves it, in place of one that calls it');
    }
  },
};

async function imported(kind: Kind, source: string, options: Options, io: Console): Promise<ExitCode> {
  const folder = resolve(io.cwd, options.solution ?? '.');
  const taken = namesIn(folder);
  const name = kebab(
    options.name ?? posix.basename(source.replace(/[?#].*$/, '')).replace(/\.(xsd|wsdl|json|ya?ml)$/i, ''),
  );
  const read = kind.read(await gather(source, io.cwd, kind.find), { name, taken, serve: options.serve ?? false });
  const { files, notes } = { ...read, notes: [...new Set(read.notes)] };
  const there = [...files.keys()].filter((path) => existsSync(join(folder, path)));
  if (there.length > 0 && !options.force && !options.dryRun)
    throw busError('IMPORT_EXISTS', { files: there.slice(0, 5).join(', ') });
  if (!options.dryRun) for (const [path, text] of files) write(join(folder, path), text);
  io.out(
    options.json
      ? JSON.stringify({ files: [...files.keys()], notes, written: !options.dryRun })
      : told([...files.keys()], notes, options),
  );
  return EXIT.ok;
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Of message types and ports: all names of the solution, for none may be used twice. */
function namesIn(folder: string): string[] {
  const { files } = loadSolution(readSolution(folder));
  return files.flatMap(({ name, source }) => {
    const { sendPorts, receivePorts, sendPortGroups } = (source.value ?? {}) as Record<string, object | undefined>;
    return [name, ...[sendPorts, receivePorts, sendPortGroups].flatMap((ports) => Object.keys(ports ?? {}))];
  });
}

function told(files: readonly string[], notes: readonly string[], { dryRun }: Options): string {
  const head = `${dryRun ? 'Would write' : 'Wrote'} ${files.length} files:`;
  return [
    head,
    ...files.map((path) => `  ${path}`),
    ...notes.map((note) => `Note: ${note}`),
    'Next: npx guildhall check',
  ].join('\n');
}
