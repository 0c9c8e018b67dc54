/** Compiles a *.pipeline.yaml into a pipeline; reports everything wrong with it, and gives one only where nothing is. */
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import type { Finding } from '../contracts/finding.ts';
import type { Pipeline, PipelineComponent, PipelineStep } from '../contracts/pipeline.ts';
import type { Path, Source } from '../contracts/source.ts';
import { finding } from '../errors/finding.ts';

export interface CompiledPipeline {
  readonly pipeline?: Pipeline;
  readonly findings: readonly Finding[];
}

export function compilePipeline(source: Source, components: readonly PipelineComponent[]): CompiledPipeline {
  const findings: Finding[] = [];
  const { pipeline: name, steps } = (source.value ?? {}) as { pipeline?: unknown; steps?: unknown };
  const invalid = (path: Path, reason: string) =>
    findings.push(finding('PIPELINE_INVALID', source.locate(path), { reason }));
  if (typeof name !== 'string' || name === '') invalid(['pipeline'], 'The pipeline has no name');
  if (!Array.isArray(steps)) invalid(['steps'], '`steps` must be a list');
  const compiled = (Array.isArray(steps) ? steps : []).map((step: unknown, index) => {
    const named = nameAndOptions(step);
    if (!named) invalid(['steps', index], 'A step is a component name, or `<component>: {options}`');
    return named && compileStep(source, components, named, index, findings);
  });
  if (findings.length > 0) return { findings };
  return { pipeline: { name: name as string, steps: compiled as PipelineStep[] }, findings };
}

interface NamedStep {
  readonly name: string;
  readonly options: unknown;
  readonly path: Path;
}

function nameAndOptions(step: unknown): NamedStep | undefined {
  if (typeof step === 'string') return { name: step, options: {}, path: [] };
  if (typeof step !== 'object' || step === null || Array.isArray(step)) return undefined;
  const entries = Object.entries(step);
  const [entry] = entries;
  return entry && entries.length === 1 ? { name: entry[0], options: entry[1] ?? {}, path: [entry[0]] } : undefined;
}

function compileStep(
  source: Source,
  components: readonly PipelineComponent[],
  { name, options, path }: NamedStep,
  index: number,
  findings: Finding[],
): PipelineStep | undefined {
  const at: Path = ['steps', index, ...path];
  const component = components.find((candidate) => candidate.name === name);
  if (!component) {
    const known = components.map((candidate) => candidate.name);
    const where = source.locate(at, path.length > 0 ? 'key' : 'value');
    findings.push(finding('COMPONENT_UNKNOWN', where, { name, known: known.join(', ') }, { unknown: { name, known } }));
    return undefined;
  }
  findings.push(...checkOptions(source, component, options, at));
  return { component, config: options };
}

function checkOptions(source: Source, component: PipelineComponent, options: unknown, at: Path): Finding[] {
  const check = new Ajv2020({ allErrors: true, strict: false }).compile(component.config);
  if (!check(options)) return (check.errors ?? []).map((error) => optionFinding(source, component, error, at));
  return (component.check?.(options) ?? []).map(({ path, ...problem }) => ({
    ...problem,
    at: source.locate([...at, ...keysIn(options, path)]),
  }));
}

/** Keys may hold dots themselves, so the longest key that is there is taken. */
function keysIn(options: unknown, path: string): string[] {
  if (path === '') return [];
  const steps = path.split('.');
  const heads = steps.map((_, index) => steps.slice(0, steps.length - index).join('.'));
  const there = typeof options === 'object' && options !== null ? options : {};
  const head = heads.find((each) => Object.hasOwn(there, each)) ?? steps[0]!;
  return [head, ...keysIn((there as Record<string, unknown>)[head], path.slice(head.length + 1))];
}

function optionFinding(source: Source, component: PipelineComponent, error: ErrorObject, at: Path): Finding {
  const inside = error.instancePath.split('/').slice(1);
  const extra = error.params['additionalProperty'] as string | undefined;
  const values = { name: component.name, reason: extra === undefined ? String(error.message) : `${extra} is unknown` };
  if (extra === undefined) return finding('COMPONENT_OPTIONS', source.locate([...at, ...inside]), values);
  const known = Object.keys((component.config['properties'] ?? {}) as object);
  return finding('COMPONENT_OPTIONS', source.locate([...at, ...inside, extra], 'key'), values, {
    unknown: { name: extra, known },
  });
}
