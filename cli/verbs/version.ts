import type { Verb } from '../verb.ts';

export const version: Verb = {
  summary: 'Says which Bindery and which Node this is',
  words: [],
  flags: {},
  async run({ workbench }) {
    const client = await workbench.client();
    const value = await client.system.about();
    return { value, lines: [`Bindery ${value.version}, Node ${value.node}, ${value.platform}`] };
  },
};
