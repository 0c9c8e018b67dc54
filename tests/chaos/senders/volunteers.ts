/** Volunteers, each grading one street again and again: the next grade is sent when the one before was taken, never earlier. */
import { districtStreets } from '../../town/streets.ts';
import { pause } from '../../town/system.ts';
import type { Sent } from '../sent.ts';
import { askUntilAnswered } from './ask.ts';
import { hear } from './portal.ts';
import type { Sender } from './sender.ts';

const VOLUNTEERS = 4;
const BETWEEN = 400;
/** Their surveys have numbers of their own. */
const FIRST = 500_000;

export function sendVolunteers(to: string, sent: Sent): Sender {
  let closing = false;
  let open = VOLUNTEERS;
  let number = FIRST;

  async function grade(usrn: string): Promise<void> {
    for (let place = 1; !closing; place += 1) {
      number += 1;
      const survey = { id: `LS-${number}`, surveyed: '2026-10-25', usrn, grade: 'B' };
      const sending = sent.add({
        tag: survey.id,
        kind: 'log',
        channel: 'volunteer',
        ends: ['contact-centre street-cleansing'],
        lane: { key: usrn, place },
      });
      await askUntilAnswered(`${to}/litter-surveys`, JSON.stringify(survey), {
        heard: (asked) => hear(sending, asked, sent),
        enough: () => false,
      });
      await pause(BETWEEN);
    }
    open -= 1;
  }

  for (const { usrn } of districtStreets.slice(0, VOLUNTEERS)) void grade(usrn);
  return {
    get open() {
      return open;
    },
    close: () => {
      closing = true;
    },
  };
}
