/** `guildhall import wsdl`: a service's contract, a message type for each element of its operations, and an application that calls it. */
import type { Gathered } from './gather.ts';
import { type Imported, type ImportOptions, messageFile } from './imported.ts';
import { Names } from './names.ts';
import { readWsdl, type WsdlPort } from './read-wsdl.ts';

export function importWsdl({ files, notes: missing }: Gathered, { name, taken }: ImportOptions): Imported {
  const folder = `schemas/${name}`;
  const written = new Map([...files].map(([file, text]) => [`${folder}/${file}`, text]));
  const wsdl = [...written.keys()][0]!;
  const { ports, others } = readWsdl(written);
  const names = new Names(taken);
  const types = new Map<string, string>();
  const notes = [...missing];
  for (const { operations } of ports) {
    for (const { name: operation, input, output, faults } of operations) {
      if (input === undefined)
        notes.push(`${operation} takes no element: it has no message type, and cannot be called.`);
      const roots: [string | undefined, string][] = [
        [input, 'Asks'],
        [output, 'Answers'],
        ...faults.map((fault): [string, string] => [fault, 'Refuses']),
      ];
      for (const [root, what] of roots) {
        if (root === undefined || types.has(root)) continue;
        const type = names.unique(root.replace(/^\{.*\}/, ''));
        types.set(root, type);
        const lines = [`schema: ${wsdl.slice('schemas/'.length)}`, `root: ${JSON.stringify(root)}`];
        written.set(`${folder}/${type}.message.yaml`, messageFile(type, `${what} ${operation} of ${name}.`, lines));
      }
    }
  }
  for (const other of others) notes.push(`The port ${other} is not bound to SOAP: it is left out.`);
  if (ports.every(({ operations }) => operations.length === 0))
    notes.push(`${wsdl} has no operations: there is nothing to call.`);
  const application = applicationOf(name, wsdl, ports, types, names);
  if (application !== undefined) written.set(`config/applications/${name}.yaml`, application);
  return { files: written, notes };
}

function applicationOf(
  name: string,
  wsdl: string,
  ports: readonly WsdlPort[],
  types: ReadonlyMap<string, string>,
  names: Names,
): string | undefined {
  const sendPorts = ports.flatMap(({ service, port, operations }) => {
    const used = operations.filter(({ input }) => input !== undefined);
    const asked = [...new Set(used.map(({ input }) => types.get(input!)!))];
    const answers = [...new Set(used.flatMap(({ output }) => (output === undefined ? [] : [types.get(output)!])))];
    if (asked.length === 0) return [];
    return [
      `  ${names.unique(ports.length > 1 ? port : name)}:`,
      '    transport: soap',
      `    wsdl: ${wsdl}`,
      ...(service === undefined
        ? ['    url: http://127.0.0.1:1/ # the WSDL names no service: write its address here']
        : [
            `    service: ${JSON.stringify(service)}`,
            `    port: ${JSON.stringify(port)}`,
            '    # url: where it is not the address in the WSDL',
          ]),
      '    pipeline: xml-send',
      ...(answers.length === 0 ? [] : [`    response: [${answers.join(', ')}]`]),
      '    retry: { attempts: 5, first: 2s, factor: 3, max: 5m }',
      `    # filter: message.type in [${asked.map((type) => JSON.stringify(type)).join(', ')}]`,
    ];
  });
  if (sendPorts.length === 0) return undefined;
  return [`application: ${name}`, `description: Calls ${name}, as its WSDL says.`, 'sendPorts:', ...sendPorts, ''].join(
    '\n',
  );
}
