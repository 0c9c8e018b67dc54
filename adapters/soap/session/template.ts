/** XML with `{name}` for values that are put in as text. */
import { escapeXml } from '../xml-reader.ts';

const PLACEHOLDER = /\{([A-Za-z][A-Za-z0-9_.-]*)\}/g;

export const namesIn = (template: string): string[] => [...template.matchAll(PLACEHOLDER)].map(([, name]) => name!);

/** Values are escaped, so that none can bring elements along; a name without a value stays as it is. */
export const fillIn = (template: string, values: Readonly<Record<string, string>>): string =>
  template.replace(PLACEHOLDER, (whole, name: string) =>
    Object.hasOwn(values, name) ? escapeXml(values[name]!) : whole,
  );
