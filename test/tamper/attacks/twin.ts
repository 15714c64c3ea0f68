import type { Attack, Family } from '../attack.ts';
import { rewriteTwin } from '../contents.ts';
import { told } from './contents.ts';

const results = (edit: (text: string) => string): Attack['file'] =>
  told((contents, binder) => rewriteTwin(contents, binder, 'assessment-results.json', edit));
const register = (edit: (text: string) => string): Attack['file'] =>
  told((contents, binder) => rewriteTwin(contents, binder, 'register.csv', edit));

const RESULTS = 'twin-mismatch @ attachment assessment-results.json';
const REGISTER = 'twin-mismatch @ attachment register.csv';

const exchanged = (text: string): string =>
  text.replace(/AC-[12]\b/g, (name) => (name === 'AC-1' ? 'AC-2' : 'AC-1'));

export const TWIN: Family = {
  name: 'A dishonest preparer who tells other programs something else',
  about: 'The files for other programs are written anew, and the manifest is fitted to them.',
  attacks: [
    {
      title: 'A check that failed, told as satisfied',
      file: results((text) =>
        text.replaceAll('not-satisfied', 'satisfied').replaceAll('not satisfied', 'satisfied'),
      ),
      found: [RESULTS],
    },
    {
      title: 'A finding left out',
      file: results((text) => {
        const all = JSON.parse(text) as { 'assessment-results': { results: { findings: unknown[] }[] } };
        all['assessment-results'].results[0]?.findings.pop();
        return JSON.stringify(all);
      }),
      found: [RESULTS],
    },
    { title: 'The results of two controls exchanged', file: results(exchanged), found: [RESULTS] },
    {
      title: 'A control that was never accepted, told as that',
      file: results((text) =>
        text.replace(/("name":"status","ns":"[^"]*","value":")submitted/g, '$1accepted'),
      ),
      found: [RESULTS],
    },
    {
      title: 'Another note',
      file: results((text) => text.replace('Two joiners lack a form.', 'All is well.')),
      found: [RESULTS],
    },
    {
      title: 'Another day of a check',
      file: results((text) => text.replace(/"collected":"20../, '"collected":"2020')),
      found: [RESULTS],
    },
    {
      title: 'Something more than a binder tells',
      file: results((text) => text.replace('{', '{"approved-by":"The Queen",')),
      found: [RESULTS],
    },
    { title: 'No results at all', file: results(() => '{}'), found: [RESULTS] },
    {
      title: 'Another file in the register, by its hash',
      file: register((text) => text.replace(/,[0-9a-f]{64},/, `,${'ab'.repeat(32)},`)),
      found: [REGISTER],
    },
    {
      title: 'Evidence of another day in the register',
      file: register((text) => text.replace(/,,,,,1,/, ',2026-01-31,,,,1,')),
      found: [REGISTER],
    },
    {
      title: 'A line of the register left out',
      file: register((text) => text.replace(/[^\n]*screen\.png[^\n]*\n/, '')),
      found: [REGISTER],
    },
    {
      title: 'Evidence of another control in the register',
      file: register((text) => text.replaceAll('AC-1', 'AC-2')),
      found: [REGISTER],
    },
    {
      title: 'Both files for other programs left out, with their lines in the manifest',
      file: told((contents) => {
        const { manifest, unlisted } = contents;
        manifest.files = manifest.files.filter(({ name, role }) => {
          if (role === 'twin') unlisted.add(name);
          return role !== 'twin';
        });
      }),
      found: [RESULTS, REGISTER],
    },
  ],
};
