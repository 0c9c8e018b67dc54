/** How far sources have been read, as statements: set-based, and in the order of their names. */
import { bigints, texts } from './arrays.ts';
import { type Statement, type Step, step } from './pipeline.ts';
import type { Changes } from './working-set.ts';

const PUT: Statement = {
  name: 'watermarks_put',
  text: `INSERT INTO watermarks (name, value, at)
    SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[]) AS g(name, value, at) ORDER BY name
    ON CONFLICT (name) DO UPDATE SET value = excluded.value, at = excluded.at`,
};
const REMOVE: Statement = { name: 'watermarks_remove', text: 'DELETE FROM watermarks WHERE name = ANY($1::text[])' };

export function watermarkSteps({ watermarks }: Changes): Step[] {
  const put = [...watermarks.values()].filter((entry) => entry !== null);
  const removed = [...watermarks].flatMap(([name, entry]) => (entry === null ? [name] : []));
  const columns = [
    texts(put.map(({ name }) => name)),
    texts(put.map(({ value }) => value)),
    bigints(put.map(({ at }) => at)),
  ];
  return [
    ...(put.length === 0 ? [] : [step(PUT, ...columns)]),
    ...(removed.length === 0 ? [] : [step(REMOVE, texts(removed))]),
  ];
}
