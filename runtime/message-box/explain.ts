/** Why a message went where it went, and which subscriptions it missed by how little. Pure. */
import type { Context, Scalar } from '../contracts/message.ts';
import type { Condition, Subscription } from '../contracts/routing.ts';
import { holds, matches } from './match.ts';

export interface Explanation {
  readonly matched: readonly Subscription[];
  /** By the number of conditions that failed in their best AND-group, fewest first. */
  readonly nearest: readonly NearMiss[];
}

export interface NearMiss {
  readonly subscription: Subscription;
  readonly failed: readonly FailedCondition[];
}

export interface FailedCondition {
  readonly condition: Condition;
  /** The value that the message has; undefined when it has none. */
  readonly actual: Scalar | undefined;
  /** The message carries the property, but it is not promoted, so no subscription sees it. */
  readonly unpromoted?: true;
}

interface Miss extends NearMiss {
  readonly held: number;
}

export function explain(subscriptions: readonly Subscription[], context: Context, limit = 5): Explanation {
  const matched = subscriptions.filter(({ where }) => matches(where, context));
  const taken = new Set(matched);
  const misses = subscriptions.filter((subscription) => !taken.has(subscription));
  const nearest = misses
    .flatMap((subscription) => bestMiss(subscription, context) ?? [])
    .sort(byNearness)
    .slice(0, limit)
    .map(({ subscription, failed }) => ({ subscription, failed }));
  return { matched, nearest };
}

/** Undefined for a predicate without groups: nothing can satisfy it, so no message is near. */
function bestMiss(subscription: Subscription, context: Context): Miss | undefined {
  return subscription.where.map((group) => missOf(subscription, group, context)).sort(byNearness)[0];
}

function missOf(subscription: Subscription, group: readonly Condition[], context: Context): Miss {
  const failed = group
    .filter((condition) => !holds(condition, context))
    .map((condition) => failedOf(condition, context));
  return { subscription, failed, held: group.length - failed.length };
}

function failedOf(condition: Condition, context: Context): FailedCondition {
  const found = context.get(condition.property);
  const told = { condition, actual: found?.value };
  return found?.promoted === false ? { ...told, unpromoted: true } : told;
}

function byNearness(a: Miss, b: Miss): number {
  return a.failed.length - b.failed.length || b.held - a.held;
}
