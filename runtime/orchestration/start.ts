/** A new instance, before its first event. Pure; revision 0 until its first step is committed. */
import type { Instance, Program } from '../contracts/orchestration.ts';
import type { LogicalType } from '../contracts/schema.ts';
import { INTERPRETER_VERSION } from './interpreter-version.ts';
import type { CompiledProgram } from './program.ts';
import type { State } from './state.ts';

export function startInstance(program: Program, id: string, subscriber: string): Instance {
  return {
    id,
    program: program.name,
    version: program.version,
    subscriber,
    interpreter: INTERPRETER_VERSION,
    status: 'running',
    revision: 0,
    late: program.late,
    messages: [],
    state: initialState(program as CompiledProgram),
  };
}

function initialState({ variables }: CompiledProgram): State {
  return {
    next: 1,
    messages: {},
    variables: Object.fromEntries([...variables].map(([name, type]) => [name, initialValue(type)])),
    correlations: {},
    awaits: {},
    inbox: [],
    doubles: [],
    requests: {},
    threads: [{ frames: [{ block: 'body', index: 0, completed: [] }] }],
  };
}

/** What a variable of the type begins with. */
export function initialValue({ kind }: LogicalType): unknown {
  if (kind === 'string') return '';
  if (kind === 'boolean') return false;
  return kind === 'integer' || kind === 'number' ? 0 : null;
}
