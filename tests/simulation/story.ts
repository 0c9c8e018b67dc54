/** The numbered list of what happened in a run, with simulated times. Told only where somebody will read it. */
import type { WorldClock } from './world-clock.ts';

export interface Story {
  /** `text` is made only when the story is kept. */
  tell(who: string, text: () => string): void;
  readonly lines: readonly string[];
}

export function createStory(kept: boolean, clock: Pick<WorldClock, 'uptime'>): Story {
  const lines: string[] = [];
  return {
    lines,
    tell: (who, text) => {
      if (!kept) return;
      const number = String(lines.length + 1).padStart(4);
      const at = (clock.uptime() / 1000).toFixed(3).padStart(8);
      lines.push(`${number} ${at}s ${who.padEnd(9)} ${text()}`);
    },
  };
}
