/** A regular expression as instructions for a machine that tries all ways at once: linear in the text, whatever the pattern. */
export type Instruction =
  /** `only`: the one character of the set. */
  | { readonly op: 'set'; readonly has: (code: number) => boolean; readonly only?: number | undefined }
  | { readonly op: 'split'; readonly first: number; readonly second: number }
  | { readonly op: 'jump'; readonly to: number }
  | { readonly op: 'start' }
  | { readonly op: 'end' }
  | { readonly op: 'match' };

export type Program = readonly Instruction[];
