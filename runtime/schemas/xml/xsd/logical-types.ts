/** The logical types of a model: what maps and expressions may count on in its documents. */
import type { Field, LogicalType } from '../../../contracts/schema.ts';
import { type ComplexModel, type ElementModel, isBare } from './model.ts';

export class LogicalTypes {
  readonly #known = new Map<ComplexModel, LogicalType>();

  of(element: ElementModel): LogicalType {
    const { type } = element;
    if (type.kind === 'simple') return type.logical;
    const known = this.#known.get(type) ?? this.#complex(type, element.local);
    this.#known.set(type, known);
    return known;
  }

  #complex(type: ComplexModel, name: string): LogicalType {
    if (type.anything) return { kind: 'any' };
    if (isBare(type) && type.derived.size === 0) return type.text?.logical ?? { kind: 'any' };
    let fields: ReadonlyMap<string, Field> | undefined;
    return {
      kind: 'object',
      name,
      open: type.anyAttribute,
      fields: () => {
        fields ??= this.#fields(type);
        return fields;
      },
    };
  }

  #fields(type: ComplexModel): ReadonlyMap<string, Field> {
    const fields = new Map(this.#ownFields(type));
    const names = [...type.derived.values()].flatMap((derived) => derived.local ?? []);
    if (names.length > 0) fields.set('xsi:type', { type: { kind: 'string', values: names }, required: type.abstract });
    for (const derived of type.derived.values()) {
      for (const [key, field] of this.#ownFields(derived)) {
        if (!fields.has(key)) fields.set(key, { ...field, required: false });
      }
    }
    return fields;
  }

  *#ownFields({ attributes, shape, content, text }: ComplexModel): Iterable<[string, Field]> {
    for (const { key, type, required } of attributes) yield [key, { type: type.logical, required }];
    if (content !== 'elements') {
      yield ['text', { type: text?.logical ?? { kind: 'any' }, required: true }];
      return;
    }
    for (const { key, list, required, element } of shape.children) {
      const type = this.of(element);
      yield [key, { type: list ? { kind: 'list', of: type } : type, required }];
    }
    if (!shape.wildcard) return;
    const { key, list, required } = shape.wildcard;
    yield [key, { type: list ? { kind: 'list', of: { kind: 'any' } } : { kind: 'any' }, required }];
  }
}
