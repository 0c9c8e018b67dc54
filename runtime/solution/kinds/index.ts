/** All kinds of file that a solution may hold; the first whose pattern fits a path is its kind. */
import { application } from './application.ts';
import { bus } from './bus.ts';
import { calendar } from './calendar.ts';
import { environment } from './environment.ts';
import { flat } from './flat.ts';
import type { FileKind } from './kind.ts';
import { lookup } from './lookup.ts';
import { map } from './map.ts';
import { mapTest } from './map-test.ts';
import { message } from './message.ts';
import { migration } from './migration.ts';
import { orchestration } from './orchestration.ts';
import { orchestrationTest } from './orchestration-test.ts';
import { party } from './party.ts';
import { pipeline } from './pipeline.ts';
import { pipelineTest } from './pipeline-test.ts';
import { rules } from './rules.ts';
import { schemaTest } from './schema-test.ts';

export const kinds: readonly FileKind[] = [
  bus,
  application,
  environment,
  pipeline,
  lookup,
  calendar,
  party,
  message,
  flat,
  mapTest,
  schemaTest,
  pipelineTest,
  orchestrationTest,
  rules,
  migration,
  map,
  orchestration,
];

export const kindOf = (path: string): FileKind | undefined => kinds.find(({ pattern }) => pattern.test(path));
