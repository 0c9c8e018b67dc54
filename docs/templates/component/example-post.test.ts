/** What every component promises, asked of this one, and what it alone does: npm run test:extensions */
import { bytesOf } from 'guildhall/contracts';
import { componentContract, testMessage, testPipelineContext } from 'guildhall/testing';
import { components } from './index.ts';

const [component] = components;
const options = { find: 'bins', by: 'waste' };

componentContract(component!, { config: options });

test('replaces every occurrence', async () => {
  const message = testMessage({ id: 'm1', bytes: Buffer.from('bins and bins'), contentType: 'text/plain' });
  const result = await component!.execute(message, options, testPipelineContext());
  expect(Buffer.from(await bytesOf((result as typeof message).parts[0])).toString()).toBe('waste and waste');
});
