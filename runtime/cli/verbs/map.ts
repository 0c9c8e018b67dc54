/** `guildhall map try <map> <file>...`: what a map makes of documents, without a bus. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { MapProgram } from '../../contracts/map.ts';
import type { SchemaSet } from '../../contracts/schema.ts';
import { isBusError, reasonOf } from '../../errors/as-bus-error.ts';
import { nearest } from '../../errors/nearest.ts';
import { compileParts } from '../../solution/compile-parts.ts';
import { readSolution } from '../../solution/find.ts';
import { loadSolution } from '../../solution/load.ts';
import type { Console } from '../console.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { withExtensions } from '../extensions.ts';
import { findingText } from '../findings.ts';
import type { Verb } from '../verb.ts';

interface Options {
  readonly solution?: string;
  readonly json?: boolean;
}

export const map: Verb = {
  add(program, io, finish) {
    program
      .command('map')
      .description('work with a map')
      .command('try <map> <files...>')
      .description('print what a map makes of its sources, a file each in the order of `from` ("-": standard input)')
      .option('--solution <folder>', 'the folder of the solution; by default the current one')
      .option('--json', 'print the document as JSON, whatever its format')
      .action(
        finish(async (name: string, files: string[], options: Options) => {
          const extended = await withExtensions(io, resolve(io.cwd, options.solution ?? '.'));
          return tried(name, files, options, extended);
        }),
      );
  },
};

function tried(name: string, files: readonly string[], { solution, json }: Options, io: Console): ExitCode {
  const parts = readSolution(resolve(io.cwd, solution ?? '.'));
  const { adapters, components, clock } = io;
  const { model, findings } = compileParts(parts, loadSolution(parts), { adapters, components, now: clock.now });
  const known = model.maps.get(name);
  if (!known?.program) {
    const wrong = findings.filter(({ at, severity }) => severity === 'error' && at.file.startsWith('mappings/'));
    io.err(
      [
        known ? `The map ${name} cannot be compiled.` : unknown(name, model.maps.keys()),
        ...wrong.map(findingText),
      ].join('\n'),
    );
    return EXIT.usage;
  }
  const { program } = known;
  if (files.length !== program.sources.length) {
    io.err(`${name} has the sources ${program.sources.join(', ')}: give a file for each.`);
    return EXIT.usage;
  }
  try {
    io.out(
      transformed(
        program,
        files.map((file) => bytesOf(file, io)),
        model.schemas,
        json === true,
      ),
    );
    return EXIT.ok;
  } catch (thrown) {
    io.err(isBusError(thrown) ? `${thrown.code} ${thrown.message} ${thrown.help}` : reasonOf(thrown));
    return EXIT.failed;
  }
}

function unknown(name: string, known: Iterable<string>): string {
  const near = nearest(name, [...known]);
  return `There is no map ${name}.${near === undefined ? '' : ` Did you mean ${near}?`}`;
}

const bytesOf = (file: string, io: Console) => readFileSync(file === '-' ? 0 : resolve(io.cwd, file));

function transformed(program: MapProgram, bytes: readonly Uint8Array[], schemas: SchemaSet, json: boolean): string {
  const documents = bytes.map((each, index) => schemas.find(program.sources[index]!)!.read(each));
  const made = program.transform(documents);
  if (json) return JSON.stringify(made);
  const target = schemas.find(program.target)!;
  const violations = target.validate(made).map(({ path, message }) => `${path || '/'} ${message}`);
  if (violations.length > 0) throw new Error(`What it makes breaks ${target.type}:\n${violations.join('\n')}`);
  return Buffer.from(target.write(made)).toString().trimEnd();
}
