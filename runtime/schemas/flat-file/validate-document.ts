/** Everything wrong with a document of a layout, whoever made it: what is missing, unknown, of the wrong type, too long, not allowed. */
import type { Violation } from '../../contracts/schema.ts';
import type { FieldNode, LineNode, RecordBody, Repeat, ValueField } from './layout.ts';
import { writeValue } from './write-value.ts';

type Report = (path: string, message: string) => void;

export function validateNode(node: LineNode, document: unknown): Violation[] {
  const violations: Violation[] = [];
  nodeIn(node, document, '', (path, message) => void violations.push({ path, message }));
  return violations;
}

function nodeIn(node: LineNode, value: unknown, path: string, report: Report): void {
  if (node.kind === 'record') {
    bodyIn(node.body, value, path, report);
    return;
  }
  if (!isObject(value)) {
    report(path, 'must be an object');
    return;
  }
  const names = node.items.map(({ name }) => name);
  unknownIn(value, names, path, report);
  if (node.choice && Object.keys(value).length !== 1) report(path, `must be one of ${names.join(', ')}`);
  for (const item of node.items) {
    const repeat = node.choice
      ? { ...item.repeat, min: 0 }
      : { ...item.repeat, min: item.repeat.max === 1 ? 0 : item.repeat.min };
    each(repeat, value[item.name], `${path}/${item.name}`, report, (one, place) => nodeIn(item, one, place, report));
    const absent = value[item.name] === undefined && !node.choice && item.repeat.min > 0 && item.repeat.max === 1;
    if (absent) nodeIn(item, {}, `${path}/${item.name}`, report);
  }
}

function bodyIn({ fields }: RecordBody, value: unknown, path: string, report: Report): void {
  if (!isObject(value)) {
    report(path, 'must be an object');
    return;
  }
  unknownIn(
    value,
    fields.map(({ name }) => name),
    path,
    report,
  );
  for (const field of fields) fieldIn(field, value[field.name], `${path}/${field.name}`, report);
}

function fieldIn(field: FieldNode, value: unknown, path: string, report: Report): void {
  const made = field.kind === 'value' && (field.constant ?? field.preset ?? field.total) !== undefined;
  if (value === undefined || value === null) {
    if (field.required && !made) report(path, 'is missing');
    return;
  }
  each(field.repeat, value, path, report, (one, place) => {
    if (one === null && field.repeat.max > 1) return;
    if (field.kind === 'nested') bodyIn(field.body, one, place, report);
    else valueIn(field, one, place, report);
  });
}

function valueIn(field: ValueField, value: unknown, path: string, report: Report): void {
  const written = writeValue(field, value);
  if ('reason' in written) {
    report(path, written.reason);
    return;
  }
  const text = String(value);
  if (field.values && !field.values.includes(text)) report(path, `must be one of ${field.values.join(', ')}`);
  if (field.type.kind === 'string' && text.length < field.minLength && field.length === undefined) {
    report(path, `must have at least ${field.minLength} characters`);
  }
}

function each(
  repeat: Repeat,
  value: unknown,
  path: string,
  report: Report,
  visit: (one: unknown, path: string) => void,
): void {
  if (repeat.max === 1) {
    if (value !== undefined && value !== null) visit(value, path);
    return;
  }
  const list = value ?? [];
  if (!Array.isArray(list)) {
    report(path, 'must be a list');
    return;
  }
  if (list.length < repeat.min || list.length > repeat.max) {
    report(
      path,
      `must occur ${repeat.min}${repeat.max === Number.POSITIVE_INFINITY ? ' times or more' : ` to ${repeat.max} times`}, not ${list.length} times`,
    );
  }
  for (const [index, one] of list.entries()) visit(one, `${path}/${index}`);
}

function unknownIn(value: object, known: readonly string[], path: string, report: Report): void {
  for (const key of Object.keys(value)) if (!known.includes(key)) report(`${path}/${key}`, 'is not allowed there');
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
