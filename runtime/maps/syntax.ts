/** What a map says, before types: each value with the place where it stands. */
import type { Path } from '../contracts/source.ts';

/** What every map says, however it makes its target. */
export interface MapHead {
  readonly name: string;
  readonly sources: readonly { readonly name: string; readonly type: string; readonly path: Path }[];
  readonly target: string;
}

export interface MapSyntax extends MapHead {
  readonly fields: ValueSyntax;
}

export interface ExpressionSyntax {
  readonly text: string;
  readonly path: Path;
}

/** `path` is the place of the whole value. */
export type ValueSyntax = { readonly path: Path; readonly when?: ExpressionSyntax } & (
  | { readonly kind: 'expression'; readonly value: ExpressionSyntax; readonly fallback?: ExpressionSyntax }
  | { readonly kind: 'constant'; readonly value: unknown }
  | { readonly kind: 'object'; readonly fields: readonly FieldSyntax[] }
  | { readonly kind: 'items'; readonly items: readonly ValueSyntax[] }
  | {
      readonly kind: 'each';
      readonly loops: readonly LoopSyntax[];
      readonly item: ValueSyntax;
      readonly number?: NameSyntax;
    }
);

export interface FieldSyntax {
  readonly name: string;
  /** Of the field's key and value. */
  readonly path: Path;
  readonly value: ValueSyntax;
}

export interface NameSyntax {
  readonly name: string;
  readonly path: Path;
}

export interface LoopSyntax {
  readonly name: string;
  readonly list: ExpressionSyntax;
}
