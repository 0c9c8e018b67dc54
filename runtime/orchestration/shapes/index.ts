/** Every kind of shape, one line each. */
import { assign } from './assign.ts';
import { call } from './call.ts';
import { compensate } from './compensate.ts';
import { complete } from './complete.ts';
import { decide } from './decide.ts';
import { delay } from './delay.ts';
import { forEach } from './for-each.ts';
import { listen } from './listen.ts';
import { parallel } from './parallel.ts';
import { receive } from './receive.ts';
import { request } from './request.ts';
import { rethrow } from './rethrow.ts';
import { rules } from './rules.ts';
import { scope } from './scope.ts';
import { send } from './send.ts';
import type { ShapeKind } from './shape.ts';
import { start } from './start.ts';
import { suspend } from './suspend.ts';
import { task } from './task.ts';
import { terminate } from './terminate.ts';
import { raising } from './throw.ts';
import { milestone } from './track.ts';
import { transform } from './transform.ts';
import { repeat } from './while.ts';

const all: readonly ShapeKind[] = [
  receive,
  transform,
  assign,
  request,
  send,
  call,
  start,
  task,
  milestone,
  decide,
  delay,
  listen,
  scope,
  rules,
  repeat,
  forEach,
  parallel,
  raising,
  rethrow,
  compensate,
  complete,
  suspend,
  terminate,
];

export const shapes: ReadonlyMap<string, ShapeKind> = new Map(all.map((shape) => [shape.kind, shape]));
