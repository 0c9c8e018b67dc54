/** `guildhall diagram <orchestration>`: draws an orchestration, and the way that an instance took through it. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Option } from 'commander';
import type { InstanceRecord } from '../../contracts/inspection.ts';
import type { Definition } from '../../contracts/message-box.ts';
import { nearest } from '../../errors/nearest.ts';
import { type Marks, marksOf } from '../../orchestration/diagram/marks.ts';
import { mermaidOf } from '../../orchestration/diagram/mermaid.ts';
import { type Outline, outlineOf } from '../../orchestration/diagram/outline.ts';
import { svgOf } from '../../orchestration/diagram/svg.ts';
import { compileParts } from '../../solution/compile-parts.ts';
import { filesOf } from '../../solution/definition.ts';
import { readSolution, type SolutionFiles } from '../../solution/find.ts';
import { loadSolution } from '../../solution/load.ts';
import { adminOf, type BusOptions, withBusOptions } from '../bus-options.ts';
import type { Console } from '../console.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { findingText } from '../findings.ts';
import type { Verb } from '../verb.ts';

const FORMATS = { svg: svgOf, mermaid: mermaidOf };

interface Options extends BusOptions {
  readonly instance?: string;
  readonly format: keyof typeof FORMATS;
  readonly output?: string;
}

export const diagram: Verb = {
  add(program, io, finish) {
    withBusOptions(
      program.command('diagram [orchestration]').description('draw an orchestration, or the way of an instance'),
    )
      .option('--instance <id>', 'the way that this instance of a running bus took, and where it stands')
      .addOption(new Option('--format <format>', 'what to draw').choices(Object.keys(FORMATS)).default('svg'))
      .option('-o, --output <file>', 'write it to a file')
      .action(finish((name: string | undefined, options: Options) => draw(name, options, io)));
  },
};

async function draw(name: string | undefined, options: Options, io: Console): Promise<ExitCode> {
  if ((name === undefined) === (options.instance === undefined)) {
    io.err('Name an orchestration, or an instance by --instance.');
    return EXIT.usage;
  }
  const drawn =
    name === undefined ? await wayOf(options, io) : outlined(name, readSolution(resolve(io.cwd, options.solution)), io);
  if (!drawn) return EXIT.usage;
  const text = FORMATS[options.format](drawn.outline, drawn.marks);
  if (options.output === undefined) io.out(text);
  else writeFileSync(resolve(io.cwd, options.output), text);
  return EXIT.ok;
}

interface Drawn {
  readonly outline: Outline;
  readonly marks?: Marks;
}

/** Drawn by the definition that the instance runs under. */
async function wayOf(options: Options, io: Console): Promise<Drawn | undefined> {
  const admin = adminOf(options, io);
  const { instance, history } = await admin.get<InstanceRecord>(`/instances/${encodeURIComponent(options.instance!)}`);
  const definition = await admin.get<Definition>(`/definitions/${encodeURIComponent(instance.version)}`);
  const drawn = outlined(instance.program, filesOf(definition), io);
  return drawn && { outline: drawn.outline, marks: marksOf(drawn.outline, instance, history) };
}

function outlined(name: string, files: SolutionFiles, io: Console): Drawn | undefined {
  const { model, findings } = compileParts(files, loadSolution(files), io);
  const known = model.orchestrations.find((each) => each.name === name);
  if (known?.program) return { outline: outlineOf(known.program, known.file.source) };
  const file = known?.file.source.file;
  const wrong = findings.filter(({ at, severity }) => severity === 'error' && at.file === file);
  const near = nearest(
    name,
    model.orchestrations.map((each) => each.name),
  );
  const unknown = `There is no orchestration ${name}.${near === undefined ? '' : ` Did you mean ${near}?`}`;
  io.err([known ? `${name} cannot be compiled.` : unknown, ...wrong.map(findingText)].join('\n'));
  return undefined;
}
