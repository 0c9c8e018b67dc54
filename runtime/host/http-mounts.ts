/**
 * What is served at which path. The mounts of a layer hide those of earlier layers while they last, so that a new definition
 * takes over a path without a moment in which nobody serves it. Within a layer several locations may share a path as long as
 * their methods differ, and prefixes as they like.
 */
import type { HttpHandler } from '../contracts/adapter.ts';
import { busError } from '../errors/bus-error.ts';
import { answerProblem } from './http-problem.ts';
import { createPathTree, type PathTree } from './path-tree.ts';

export interface Mount {
  readonly handler: HttpHandler;
  /** Requests under way. */
  active: number;
  /** Called when the last of them has ended. */
  onIdle: () => void;
}

/** What one location mounts. */
export interface MountShare {
  /** Throws BusError PATH_TAKEN when the layer has a mount of this path and method. Without `methods`: all there are. */
  mount(path: string, handler: HttpHandler, methods?: readonly string[]): () => void;
  /** Resolves once no request that came to these mounts is under way; at once where nothing was mounted. */
  idle(): Promise<void>;
}

export interface MountLayer {
  share(): MountShare;
}

export interface HttpMounts {
  /**
   * The newest layer that serves the path decides; within it, the most specific path that matches all of it, else the longest
   * prefix in whole segments. Where its mounts are for other methods, one that says so.
   */
  find(url: string, method?: string): Mount | undefined;
  layer(): MountLayer;
}

/** By method, or ANY. */
type Point = Map<string, Mount>;

const ANY = '*';

export function createHttpMounts(): HttpMounts {
  /** Newest first. */
  const layers: PathTree<Point>[] = [];

  function find(url: string, method = 'GET'): Mount | undefined {
    const query = url.indexOf('?');
    const path = query < 0 ? url : url.slice(0, query);
    for (const mounted of layers) {
      const found = mounted.find(path);
      if (found) return chosen(found, method);
    }
    return undefined;
  }

  function layer(): MountLayer {
    const mounted = createPathTree<Point>();
    layers.unshift(mounted);
    return { share: () => createShare(mounted, tidy) };
  }

  function tidy(): void {
    for (const old of layers.slice(1)) if (old.size === 0) layers.splice(layers.indexOf(old), 1);
  }

  return { find, layer };
}

/** Who alone serves a path answers other methods in its own words. */
function chosen(point: Point, method: string): Mount {
  const found = point.get(method) ?? point.get(ANY) ?? (method === 'HEAD' ? point.get('GET') : undefined);
  if (found) return found;
  const [only, another] = new Set(point.values());
  return another ? refusing([...point.keys()]) : only!;
}

function refusing(methods: readonly string[]): Mount {
  const allow = [...methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])), 'OPTIONS'];
  return {
    active: 0,
    onIdle: () => {},
    handler: (request, response) => {
      response.setHeader('Allow', [...new Set(allow)].join(', '));
      if (request.method === 'OPTIONS') response.writeHead(204).end();
      else answerProblem(response, 405, `Only ${methods.join(', ')} are served here.`, request.url);
    },
  };
}

function createShare(mounted: PathTree<Point>, unmounted: () => void): MountShare {
  const own = new Set<Mount>();
  return {
    mount(path, handler, methods = [ANY]) {
      const key = normalised(path);
      const point = mounted.get(key) ?? new Map<string, Mount>();
      if (isTaken(point, methods)) throw busError('PATH_TAKEN', { path, owner: 'another location' });
      const mount: Mount = { handler, active: 0, onIdle: () => {} };
      for (const method of methods) point.set(method, mount);
      mounted.set(key, point);
      own.add(mount);
      return () => {
        for (const method of methods) if (point.get(method) === mount) point.delete(method);
        if (point.size === 0 && mounted.get(key) === point) mounted.delete(key);
        own.delete(mount);
        unmounted();
      };
    },
    idle: async () => {
      await Promise.all([...own].map(idleOf));
    },
  };
}

const isTaken = (point: Point, methods: readonly string[]) =>
  point.has(ANY) || (methods.includes(ANY) && point.size > 0) || methods.some((method) => point.has(method));

function idleOf(mount: Mount): Promise<void> | undefined {
  if (mount.active === 0) return undefined;
  return new Promise((resolve) => {
    mount.onIdle = resolve;
  });
}

/** Without the slash at the end; the root is the empty text. */
const normalised = (path: string) => `/${path}`.replace(/^\/+/, '/').replace(/\/+$/, '');
