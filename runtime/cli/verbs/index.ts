/** All verbs, in the order in which `--help` lists them. */
import type { Verb } from '../verb.ts';
import { check } from './check.ts';
import { diagram } from './diagram.ts';
import { explain } from './explain.ts';
import { generate } from './generate.ts';
import { importContract } from './import.ts';
import { instances } from './instances.ts';
import { map } from './map.ts';
import { messages } from './messages.ts';
import { migrate } from './migrate.ts';
import { newVerb } from './new.ts';
import { plan } from './plan.ts';
import { resume, terminate } from './resume.ts';
import { run } from './run.ts';
import { send } from './send.ts';
import { status } from './status.ts';
import { start, stop } from './stop.ts';
import { store } from './store.ts';
import { suspended } from './suspended.ts';
import { claim, delegate, done, release, tasks } from './tasks.ts';
import { test } from './test.ts';
import { tryPort } from './try.ts';
import { watermark } from './watermark.ts';

export const verbs: readonly Verb[] = [
  newVerb,
  check,
  test,
  map,
  tryPort,
  diagram,
  plan,
  importContract,
  run,
  status,
  messages,
  suspended,
  resume,
  terminate,
  migrate,
  stop,
  start,
  watermark,
  instances,
  tasks,
  claim,
  release,
  delegate,
  done,
  explain,
  send,
  store,
  generate,
];
