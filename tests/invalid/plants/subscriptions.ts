/** Subscriptions that nothing satisfies. */
import { contactCentre, councilTax } from './files.ts';
import type { Plant } from './plant.ts';

const SUBSCRIPTION = 'filter: message.type == "council-tax-change"';

export const subscriptions: readonly Plant[] = [
  {
    what: 'a message type that does not exist',
    file: councilTax,
    right: SUBSCRIPTION,
    wrong: SUBSCRIPTION.replace('change', 'chnage'),
    code: 'SUBSCRIPTION_UNSATISFIABLE',
    at: '"council-tax-chnage"',
    suggestion: 'council-tax-change',
    together: true,
  },
  {
    what: 'a message type that nothing produces',
    file: councilTax,
    right: SUBSCRIPTION,
    wrong: 'filter: message.type == "council-tax-acknowledgement"',
    code: 'SUBSCRIPTION_UNSATISFIABLE',
    at: '"council-tax-acknowledgement"',
    suggestion: 'council-tax-change',
  },
  {
    what: 'half of the name of a message type, on the second line of a filter',
    file: contactCentre,
    right: 'message.type == "litter-survey"',
    wrong: 'message.type == "litter"',
    code: 'SUBSCRIPTION_UNSATISFIABLE',
    at: '"litter"',
    suggestion: 'litter-survey',
  },
  {
    what: 'a misspelt kind of acknowledgement',
    file: councilTax,
    right: SUBSCRIPTION,
    wrong: 'filter: Ack.Type == "NAK"',
    code: 'SUBSCRIPTION_UNSATISFIABLE',
    at: '"NAK"',
    suggestion: 'NACK',
  },
  {
    what: 'acknowledgements that no port gives',
    file: councilTax,
    right: SUBSCRIPTION,
    wrong: 'filter: Ack.Type == "NACK"',
    code: 'SUBSCRIPTION_UNSATISFIABLE',
    at: '"NACK"',
    suggestion: 'acknowledge: true',
  },
  {
    what: 'a value outside the enumeration',
    file: contactCentre,
    right: '["moved-in",',
    wrong: '["moved-inn",',
    code: 'SUBSCRIPTION_UNSATISFIABLE',
    at: '"moved-inn"',
    suggestion: 'moved-in',
  },
  {
    what: 'a property that the type does not promote',
    file: councilTax,
    right: SUBSCRIPTION,
    wrong: `${SUBSCRIPTION} && survey.grade == "C"`,
    code: 'SUBSCRIPTION_UNSATISFIABLE',
    at: '"C"',
    suggestion: 'message.type == "litter-survey"',
  },
  {
    what: 'conditions that exclude each other',
    file: councilTax,
    right: SUBSCRIPTION,
    wrong: `${SUBSCRIPTION} && message.type == "litter-survey"`,
    code: 'SUBSCRIPTION_UNSATISFIABLE',
    at: 'message.type',
    suggestion: 'message.type == "council-tax-change" || message.type == "litter-survey"',
  },
];
