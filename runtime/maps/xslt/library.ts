/**
 * libxslt, as libxslt-wasm compiles it, on a thread of its own: it is made synchronous, it can read nothing but what a sheet holds, its
 * memory is bounded, and what it prints is kept. Everything that is changed here is changed on this thread alone.
 */
import fs from 'node:fs';
import type { MainModule } from 'libxslt-wasm/output/libxslt';
import { type Cumulative, createCumulative } from './cumulative.ts';
import type { Answer, Parameter, Sheet } from './protocol.ts';

/** Of 64 KiB: 256 MiB, of which the stack takes its share. */
const MEMORY_PAGES = 4_096;
/** The library brings 64 KiB, which a few hundred templates within each other use up without anybody noticing. */
const STACK = 64 * 1024 * 1024;
const ALIGNMENT = 16;
const DEPTH = 3_000;
const VARIABLES = 15_000;
const MOST_DEPTH = 20_000;
const NOT_FOUND = 404;
const ENOENT = -44;
const EBADF = 8;
const NUL = 0;
const POINTER = 4;

export interface Library {
  compile(sheet: Sheet): Answer;
  run(id: string, input: Uint8Array, parameters: readonly Parameter[]): Answer;
  forget(id: string): void;
}

/** The numbers that libxslt-wasm promises are numbers at once, since nothing that it waits for is left. */
type Pointer = number;
interface Functions {
  _xmlReadMemory(bytes: Pointer, size: number, url: Pointer, encoding: Pointer, options: number): Pointer;
  _xsltParseStylesheetDoc(document: Pointer): Pointer;
  _xsltApplyStylesheet(sheet: Pointer, document: Pointer, parameters: Pointer): Pointer;
  _calloc(count: number, size: number): Pointer;
}
type Module = Omit<MainModule, keyof Functions> & Functions;

interface Compiled {
  readonly handle: Pointer;
  readonly files: ReadonlyMap<string, string>;
}

/** What one call collects, and what it may read. */
interface Call {
  files: ReadonlyMap<string, string>;
  lines: string[];
  refused: string[];
  exhausted: boolean;
  cumulative: Cumulative;
}

interface Exports {
  emscripten_stack_set_limits(top: Pointer, end: Pointer): void;
  _emscripten_stack_restore(to: Pointer): void;
}

interface MemoryDescriptor {
  readonly initial: number;
  readonly maximum?: number;
}

/** Of the global of that name, what is changed; the types of Node.js tell nothing of it. */
interface Wasm {
  instantiate(source: unknown, imports: Imports): Promise<{ readonly instance: { readonly exports: Exports } }>;
  readonly Memory: new (descriptor: MemoryDescriptor) => unknown;
}

type Imports = Record<string, Record<string, unknown>>;

/** Once in a thread. */
export async function loadLibrary(): Promise<Library> {
  const call: Call = { files: new Map(), lines: [], refused: [], exhausted: false, cumulative: createCumulative() };
  let module: Module | undefined;
  const fetchBytes = (url: Pointer, ...places: [Pointer, Pointer, Pointer]) =>
    answerFetch(module!, call, module!.UTF8ToString(url), places);
  fs.writeSync = (_file: number, text: unknown) => {
    const line = String(text).replace(/\n$/, '');
    if (!call.cumulative.note(line)) call.lines.push(line);
    return 0;
  };
  const exports = encloseWebAssembly(fetchBytes, call);
  const { default: create } = await import('libxslt-wasm/output/libxslt');
  module = (await create()) as unknown as Module;
  allowDepth(module);
  giveStack(module, exports());
  module._exsltRegisterAll();
  return createLibrary(module, call);
}

/** Answers at once where the library would wait, refuses files and bounds the memory. */
function encloseWebAssembly(fetchBytes: unknown, call: Call): () => Exports {
  const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: Wasm };
  const { instantiate, Memory } = WebAssembly;
  let exports: Exports | undefined;
  const closed = {
    __asyncjs__fetchBytes: fetchBytes,
    __syscall_openat: () => ENOENT,
    __syscall_stat64: () => ENOENT,
    fd_read: () => EBADF,
  };
  const enclosed = async (source: unknown, imports: Imports) => {
    const resize = imports['env']!['emscripten_resize_heap'] as (size: number) => boolean;
    const noted = (size: number) => {
      const resized = resize(size);
      call.exhausted ||= !resized;
      return resized;
    };
    const env = { ...imports['env'], ...closed, emscripten_resize_heap: noted };
    const made = await instantiate(source, { env, wasi_snapshot_preview1: env });
    exports = made.instance.exports;
    return made;
  };
  const bounded = function bounded(descriptor: MemoryDescriptor) {
    return new Memory({ ...descriptor, maximum: Math.min(descriptor.maximum ?? MEMORY_PAGES, MEMORY_PAGES) });
  };
  const asItIs = function asItIs(run: unknown) {
    return run;
  };
  Object.assign(WebAssembly, { instantiate: enclosed, Memory: bounded, promising: asItIs, Suspending: asItIs });
  return () => exports!;
}

/**
 * libxslt lets templates stand 3,000 deep within each other, and recursion over the lines of a message comes to that with some 1,000. The two
 * numbers that say so (xsltMaxDepth, xsltMaxVars) lie side by side and can be set by nothing but their place; where they are not found
 * once and only once, all stays as it is.
 */
function allowDepth({ HEAPU8 }: Module): void {
  const words = new Int32Array(HEAPU8.buffer);
  const found: number[] = [];
  for (let at = words.indexOf(DEPTH); at >= 0; at = words.indexOf(DEPTH, at + 1))
    if (words[at + 1] === VARIABLES) found.push(at);
  const [at] = found;
  if (at === undefined || found.length > 1) return;
  words[at] = MOST_DEPTH;
  words[at + 1] = MOST_DEPTH * 5;
}

/** A stack pointer is a multiple of 16, as the compiler took it to be; memory that is asked for need not begin at one. */
function giveStack(module: Module, exports: Exports): void {
  const end = module._malloc(STACK);
  const top = Math.floor((end + STACK) / ALIGNMENT) * ALIGNMENT;
  exports.emscripten_stack_set_limits(top, end);
  exports._emscripten_stack_restore(top - ALIGNMENT);
}

function answerFetch(
  module: Module,
  call: Call,
  url: string,
  [buffer, size, error]: [Pointer, Pointer, Pointer],
): void {
  const text = call.files.get(url) ?? call.cumulative.answer(url);
  if (text === undefined) call.refused.push(url);
  const bytes = text === undefined ? undefined : copyIn(module, Buffer.from(text));
  module.setValue(buffer, bytes?.at ?? NUL, '*');
  module.setValue(size, bytes?.size ?? 0, 'i32');
  module.setValue(error, bytes ? 0 : NOT_FOUND, 'i32');
}

function copyIn(module: Module, bytes: Uint8Array): { readonly at: Pointer; readonly size: number } {
  const at = module._malloc(bytes.length + 1);
  if (at === NUL) throw new RangeError('it needs more memory than 256 MiB');
  module.HEAPU8.set(bytes, at);
  return { at, size: bytes.length };
}

function createLibrary(module: Module, call: Call): Library {
  const sheets = new Map<string, Compiled>();
  const { NONET, NO_XXE, BIG_LINES, HUGE, NODICT } = module.xmlParserOption;
  const closed = NONET.value | NO_XXE.value | BIG_LINES.value;
  const read = (bytes: Uint8Array, url: string, options: number): Pointer => {
    const { at, size } = copyIn(module, bytes);
    const name = module.stringToNewUTF8(url);
    const document = module._xmlReadMemory(at, size, name, NUL, options);
    module._free(name);
    module._free(at);
    return document;
  };
  const forget = (id: string) => {
    const sheet = sheets.get(id);
    sheets.delete(id);
    if (sheet) module._xsltFreeStylesheet(sheet.handle);
  };
  return {
    forget,
    compile: ({ id, main, files }) => {
      begin(call, new Map(files));
      const document = read(Buffer.from(call.files.get(main) ?? ''), main, closed);
      const handle = document === NUL ? NUL : module._xsltParseStylesheetDoc(document);
      if (handle === NUL) return answer(call, {});
      sheets.set(id, { handle, files: call.files });
      return answer(call, { output: '' });
    },
    run: (id, input, parameters) => {
      const sheet = sheets.get(id)!;
      begin(call, sheet.files);
      const document = read(input, 'http://message/', closed | HUGE.value | NODICT.value);
      if (document === NUL) return answer(call, {});
      const output = apply(module, sheet.handle, document, parameters);
      module._xmlFreeDoc(document);
      return answer(call, output === undefined ? {} : { output });
    },
  };
}

function begin(call: Call, files: ReadonlyMap<string, string>): void {
  Object.assign(call, { files, lines: [], refused: [], exhausted: false, cumulative: createCumulative() });
}

/** Without memory nothing that it says can be trusted. */
const answer = ({ lines, exhausted, ...call }: Call, made: { readonly output?: string }): Answer => {
  const files = lines.flatMap((line) => /^I\/O \w+ : failed to load "(.*)"/.exec(line)?.[1] ?? []);
  const refused = [...call.refused, ...files];
  return exhausted
    ? { done: false, lines: [], refused, broken: 'it needs more memory than 256 MiB' }
    : { done: made.output !== undefined, ...made, lines, refused };
};

function apply(
  module: Module,
  sheet: Pointer,
  document: Pointer,
  parameters: readonly Parameter[],
): string | undefined {
  const texts = parameters.flat().map((text) => module.stringToNewUTF8(text) as Pointer);
  const list = module._calloc(texts.length + 1, POINTER);
  for (const [index, text] of texts.entries()) module.setValue(list + index * POINTER, text, '*');
  const result = module._xsltApplyStylesheet(sheet, document, list);
  for (const text of [...texts, list]) module._free(text);
  if (result === NUL) return undefined;
  const output = serialised(module, sheet, result);
  module._xmlFreeDoc(result);
  return output;
}

function serialised(module: Module, sheet: Pointer, result: Pointer): string {
  const buffer = module._xmlAllocOutputBuffer(NUL);
  module._xsltSaveResultTo(buffer, result, sheet);
  const text = module.UTF8ToString(module._xmlOutputBufferGetContent(buffer));
  module._xmlOutputBufferClose(buffer);
  return text;
}
