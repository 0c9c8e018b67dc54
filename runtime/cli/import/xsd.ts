/** `guildhall import xsd`: a set of schemas, and a message type for each element that may be a message. */
import { compileXsd } from '../../schemas/xml/xsd/compile-xsd.ts';
import { failed, type Gathered } from './gather.ts';
import { type Imported, type ImportOptions, messageFile } from './imported.ts';
import { Names } from './names.ts';

/** More global elements than this are building blocks rather than messages: then none is chosen for its owner. */
const MOST_TYPES = 40;

export function importXsd({ files, notes: missing }: Gathered, { name, taken }: ImportOptions): Imported {
  const folder = `schemas/${name}`;
  const written = new Map([...files].map(([file, text]) => [`${folder}/${file}`, text]));
  const main = [...written.keys()][0]!;
  const { model, findings } = compileXsd(main, { read: (path) => written.get(path), known: [...written.keys()] });
  const [wrong] = findings.filter(({ severity }) => severity === 'error');
  if (!model) throw failed(main, [...missing, wrong?.message ?? 'it is no schema'].join(' '));
  const names = new Names(taken);
  const notes = [...missing];
  const roots = model.ownRoots.length > MOST_TYPES ? [] : model.ownRoots;
  if (roots.length === 0)
    notes.push(
      `${main} has ${model.ownRoots.length} global elements: write a message type for those that are messages.`,
    );
  for (const root of roots) {
    const type = names.unique(root.replace(/^\{.*\}/, ''));
    const lines = [`schema: ${main.slice('schemas/'.length)}`, `root: "${root}"`];
    written.set(
      `${folder}/${type}.message.yaml`,
      messageFile(type, `The element ${root.replace(/^\{.*\}/, '')}.`, lines),
    );
  }
  return { files: written, notes };
}
