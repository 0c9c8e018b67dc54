/**
 * `npm run save-instances`: writes down instances as this release stores them, before each event of each case of the conformance tests,
 * with what the event must give. Later releases replay them. Run it once for a release; what an earlier one wrote is never written anew.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDuration } from '../../runtime/contracts/duration.ts';
import { Driver, type SavedDriver } from '../runtime/orchestration/driver.ts';
import { compileText, HEAD } from '../runtime/orchestration/orchestration-fixture.ts';
import { type Case, caseFiles, casesOf } from './cases.ts';

export interface SavedCase {
  readonly case: string;
  /** The orchestration's file. */
  readonly file: string;
  readonly events: readonly {
    readonly before: SavedDriver;
    readonly event: Case['events'][number];
  }[];
}

export function saved({ case: name, body, events }: Case): SavedCase {
  const file = HEAD + body.replace(/^/gm, '  ');
  const driver = new Driver(compileText(file).program!);
  return {
    case: name,
    file,
    events: events.map((event) => {
      driver.now += event.after === undefined ? 0 : parseDuration(event.after)!;
      const before = driver.save();
      driver.take(event);
      return { before, event };
    }),
  };
}

function save(): void {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const folder = join(import.meta.dirname, 'saved', version);
  mkdirSync(folder, { recursive: true });
  for (const name of caseFiles) {
    const lines = casesOf(name).map((each) => JSON.stringify(saved(each)));
    writeFileSync(join(folder, name.replace('.yaml', '.jsonl')), `${lines.join('\n')}\n`);
  }
}

if (import.meta.main) save();
