/** The service of a WSDL in the solution's folder, ready to be called or served. */
import { readFileSync } from 'node:fs';
import type { AdapterContext } from '../../runtime/contracts/adapter.ts';
import { reasonOf } from '../../runtime/errors/as-bus-error.ts';
import { busError } from '../../runtime/errors/bus-error.ts';
import { type Choice, readService, type SoapService } from './service.ts';
import { readWsdlFiles, type WsdlFile } from './wsdl-files.ts';
import { decodeXml } from './xml-reader.ts';

export interface ServiceDescription {
  readonly service: SoapService;
  readonly files: readonly WsdlFile[];
}

/** Reads from disk. Throws BusError kind `config` when the WSDL is missing, not well-formed or has no such service. */
export function readWsdl(path: string, choice: Choice, { name, resolvePath }: AdapterContext): ServiceDescription {
  try {
    const files = readWsdlFiles(path, (file) => readText(resolvePath(file)));
    return { service: readService(files, choice), files };
  } catch (thrown) {
    throw busError(
      'ADAPTER_CONFIG',
      { name, reason: `${path} cannot be used: ${reasonOf(thrown)}` },
      { cause: thrown },
    );
  }
}

function readText(path: string): string | undefined {
  try {
    return decodeXml(readFileSync(path));
  } catch (thrown) {
    if (Error.isError(thrown) && 'code' in thrown && thrown.code === 'ENOENT') return undefined;
    throw thrown;
  }
}
