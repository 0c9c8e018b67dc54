/** What a set of XSDs says, in the form that reading and writing use: names resolved, types shared, groups unfolded. */
import type { LogicalType } from '../../../contracts/schema.ts';

export interface ElementModel {
  readonly local: string;
  readonly uri: string;
  /** The name as it is written, with the prefix that documents use. */
  readonly tag: string;
  readonly type: TypeModel;
  readonly nillable: boolean;
  readonly abstract: boolean;
  /** The value of an element that is present but empty. */
  readonly fallback: string | undefined;
}

export type TypeModel = SimpleModel | ComplexModel;

export type ResolvePrefix = (prefix: string) => string | undefined;

export interface SimpleModel {
  readonly kind: 'simple';
  readonly logical: LogicalType;
  /** Its text holds prefixes, which mean nothing outside their document. */
  readonly prefixed: boolean;
  /** Text that does not fit the type stays text: validation says so. */
  read(text: string, resolve: ResolvePrefix): unknown;
  /** Whether text is certainly valid, without the validator; absent where that cannot be told. */
  readonly certain?: ((text: string) => boolean) | undefined;
  /** Undefined where the value cannot stand here. */
  write(value: unknown, qualify: Qualify): string | undefined;
}

/** `{namespace}name` to a name with a prefix that the document declares. */
export type Qualify = (name: string) => string;

export interface AttributeModel {
  readonly local: string;
  readonly uri: string;
  readonly key: string;
  readonly type: SimpleModel;
  readonly required: boolean;
  readonly fixed: string | undefined;
}

export interface ComplexModel {
  readonly kind: 'complex';
  /** `{namespace}name`; undefined for an anonymous type. */
  readonly name: string | undefined;
  readonly local: string | undefined;
  abstract: boolean;
  attributes: readonly AttributeModel[];
  anyAttribute: boolean;
  /** Mixed content and xs:anyType keep their XML as text. */
  content: 'elements' | 'text' | 'xml';
  /** Of simple content. */
  text: SimpleModel | undefined;
  particle: Particle | undefined;
  shape: Shape;
  /** Types that may stand here by xsi:type, by `{namespace}name`. */
  derived: ReadonlyMap<string, ComplexModel>;
  /** Attributes of any name are allowed on xs:anyType, and make the value an object. */
  anything: boolean;
}

export type Particle =
  | { readonly kind: 'element'; readonly element: ElementModel; readonly min: number; readonly max: number }
  | { readonly kind: 'any'; readonly min: number; readonly max: number }
  | {
      readonly kind: 'sequence' | 'choice' | 'all';
      readonly items: readonly Particle[];
      readonly min: number;
      readonly max: number;
    };

/** How the children of a type lie in a document. */
export interface Shape {
  readonly children: readonly Child[];
  readonly byName: ReadonlyMap<string, readonly Child[]>;
  /** Holds the XML of wildcards. */
  readonly wildcard: { readonly key: string; readonly list: boolean; readonly required: boolean } | undefined;
  /** Writing the children in order of `children` is right; else the particle must be followed. */
  readonly flat: boolean;
  /** The order of the children follows from their keys; else it is a matter of the document. */
  readonly ordered: boolean;
  /** Every key that a document may have here. */
  readonly keys: ReadonlySet<string>;
}

export interface Child {
  readonly key: string;
  readonly list: boolean;
  readonly required: boolean;
  readonly element: ElementModel;
}

/** A type whose value is a plain value, not an object: simple content or XML without attributes. */
export const isBare = (type: ComplexModel) =>
  type.content !== 'elements' && type.attributes.length === 0 && !type.anyAttribute;
