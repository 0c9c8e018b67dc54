/** Every curve that is measured. */
import type { Curve } from './curve.ts';
import { flatMessages } from './flat-messages.ts';
import { flatSubscriptions } from './flat-subscriptions.ts';
import { flatWaiting } from './flat-waiting.ts';

export const curves: readonly Curve[] = [flatMessages, flatSubscriptions, flatWaiting];
