/** The semantics that new instances start under. A change that running instances would notice takes the next number. */
export const INTERPRETER_VERSION = 1;
