/** Checks requests that nothing makes up for: tried once, by a port without a backup, and caught by no scope. */
import type { Finding } from '../../contracts/finding.ts';
import { finding } from '../../errors/finding.ts';
import type { CompiledProgram, CompiledShape } from '../../orchestration/program.ts';
import type { ScopeShape } from '../../orchestration/shapes/scope.ts';
import { bindingsOf } from '../bindings.ts';
import type { Model } from '../model.ts';
import { at, textOf } from '../plain.ts';
import type { WrittenSendPort } from '../ports.ts';

export function checkRequests(model: Model): Finding[] {
  return bindingsOf(model.loaded).flatMap(({ orchestration, bindings }) => {
    const known = model.orchestrations.find(({ name }) => name === orchestration);
    if (!known?.program) return [];
    const program = known.program as CompiledProgram;
    const fragile = new Map(
      bindings.flatMap(({ logical, physical }) => {
        const port = model.ports.send.get(physical);
        return port && isTriedOnce(port) ? [[logical, physical] as const] : [];
      }),
    );
    const requests = [...program.shapes.values()].filter(({ kind }) => kind === 'request');
    return requests.flatMap((shape) => {
      const { port } = shape as CompiledShape & { readonly port: string };
      const physical = fragile.get(port);
      if (physical === undefined || isCaught(shape, program)) return [];
      const values = { port, physical, orchestration };
      return [
        finding('REQUEST_UNCAUGHT', known.file.source.locate(shape.path, 'key'), values, { severity: 'warning' }),
      ];
    });
  });
}

const isTriedOnce = ({ options: { value } }: WrittenSendPort) =>
  Number(at(value, ['retry', 'attempts']) ?? 3) === 1 && textOf(at(value, ['backup'])) === undefined;

/** Some scope around it, of whose steps it is one, has a handler. */
function isCaught({ id }: CompiledShape, { shapes }: CompiledProgram): boolean {
  return [...shapes.values()].some(
    (shape) => shape.kind === 'scope' && id.startsWith(`${shape.id}.do.`) && (shape as ScopeShape).handlers.length > 0,
  );
}
