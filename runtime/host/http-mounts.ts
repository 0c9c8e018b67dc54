/**
 * What is served at which path. The mounts of a layer hide those of earlier layers while they last, so that a new definition
 * takes over a path without a moment in which nobody serves it.
 */
import type { HttpHandler } from '../contracts/adapter.ts';
import { busError } from '../errors/bus-error.ts';

export interface Mount {
  readonly handler: HttpHandler;
  /** Requests under way. */
  active: number;
  /** Called when the last of them has ended. */
  onIdle: () => void;
}

/** What one location mounts. */
export interface MountShare {
  /** Throws BusError PATH_TAKEN when another share of the layer has the path. */
  mount(path: string, handler: HttpHandler): () => void;
  /** Resolves once no request that came to these mounts is under way; at once where nothing was mounted. */
  idle(): Promise<void>;
}

export interface MountLayer {
  share(): MountShare;
}

export interface HttpMounts {
  /** The newest layer that serves the path decides; within it, the longest prefix in whole segments. */
  find(url: string): Mount | undefined;
  layer(): MountLayer;
}

type Mounted = Map<string, Mount>;

export function createHttpMounts(): HttpMounts {
  /** Newest first. */
  const layers: Mounted[] = [];

  function find(url: string): Mount | undefined {
    for (const mounted of layers) {
      const found = findIn(mounted, url);
      if (found) return found;
    }
    return undefined;
  }

  function layer(): MountLayer {
    const mounted: Mounted = new Map();
    layers.unshift(mounted);
    return { share: () => createShare(mounted, tidy) };
  }

  function tidy(): void {
    for (const old of layers.slice(1)) if (old.size === 0) layers.splice(layers.indexOf(old), 1);
  }

  return { find, layer };
}

function createShare(mounted: Mounted, unmounted: () => void): MountShare {
  const own = new Set<Mount>();
  return {
    mount(path, handler) {
      const key = normalised(path);
      if (mounted.has(key)) throw busError('PATH_TAKEN', { path, owner: 'another location' });
      const mount: Mount = { handler, active: 0, onIdle: () => {} };
      mounted.set(key, mount);
      own.add(mount);
      return () => {
        if (mounted.get(key) === mount) mounted.delete(key);
        own.delete(mount);
        unmounted();
      };
    },
    idle: async () => {
      await Promise.all([...own].map(idleOf));
    },
  };
}

function idleOf(mount: Mount): Promise<void> | undefined {
  if (mount.active === 0) return undefined;
  return new Promise((resolve) => {
    mount.onIdle = resolve;
  });
}

function findIn(mounted: Mounted, url: string): Mount | undefined {
  const query = url.indexOf('?');
  let path = query < 0 ? url : url.slice(0, query);
  for (;;) {
    const found = mounted.get(path);
    if (found || path === '') return found;
    path = path.slice(0, Math.max(0, path.lastIndexOf('/')));
  }
}

/** Without the slash at the end; the root is the empty text. */
const normalised = (path: string) => `/${path}`.replace(/^\/+/, '/').replace(/\/+$/, '');
