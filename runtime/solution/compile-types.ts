/** Compiles the message types of a solution; what is declared but wrong is there as a stand-in, so that others may name it. */
import type { Finding } from '../contracts/finding.ts';
import type { SchemaSet } from '../contracts/schema.ts';
import type { Source } from '../contracts/source.ts';
import { compileSchemas } from '../schemas/compile.ts';
import type { SolutionFiles } from './find.ts';
import { flat } from './kinds/flat.ts';
import { message } from './kinds/message.ts';
import { type Loaded, type LoadedFile, ofKind } from './load.ts';
import { at, isPlain } from './plain.ts';
import { completed } from './stand-ins.ts';

export interface CompiledTypes {
  readonly schemas: SchemaSet;
  /** Promoted properties by message type. */
  readonly promoted: ReadonlyMap<string, readonly string[]>;
  /** The types that are stand-ins. */
  readonly missing: ReadonlySet<string>;
  readonly findings: readonly Finding[];
}

export function compileTypes(files: SolutionFiles, loaded: Loaded): CompiledTypes {
  const declared = ofKind(loaded, message);
  const readable = declared.filter(({ source }) => isPlain(source.value));
  const first = new Map(readable.toReversed().map((file) => [file.name, file]));
  const copies = readable.filter((file) => first.get(file.name) !== file); // Told as such already, but checked as well.
  const flats = new Map(ofKind(loaded, flat).map(({ source }) => [source.file, source]));
  const { schemas, findings } = compile(
    { files, flats },
    readable.filter((file) => first.get(file.name) === file),
  );
  const promoted = new Map(declared.map((file) => [file.name, promotedBy(file)]));
  const missing = new Map([...promoted].filter(([type]) => !schemas.find(type)));
  return {
    schemas: completed(schemas, missing),
    promoted,
    missing: new Set(missing.keys()),
    findings: [...findings, ...copies.flatMap((copy) => compile({ files, flats }, [copy]).findings)],
  };
}

interface Written {
  readonly files: SolutionFiles;
  readonly flats: ReadonlyMap<string, Source>;
}

function compile({ files, flats }: Written, those: readonly LoadedFile[]) {
  const messages = those.map(({ source }) => source);
  return compileSchemas({ messages, flats, read: (path) => files.get(path), files: files.keys() });
}

function promotedBy({ source }: LoadedFile): string[] {
  const promote = at(source.value, ['promote']);
  return isPlain(promote) ? Object.keys(promote) : [];
}
