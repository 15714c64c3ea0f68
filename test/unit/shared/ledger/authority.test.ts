import { expect, test } from 'vitest';
import { sha256 } from '../../../../core/ledger/keys.ts';
import { PROGRAMME_FIELDS } from '../../../../shared/domain/programme/shapes.ts';
import { Role } from '../../../../shared/domain/results.ts';
import { ACTIONS } from '../../../../shared/ledger/actions.ts';
import { judgeEntry } from '../../../../shared/ledger/authority.ts';
import type { Json } from '../../../../shared/ledger/canonical.ts';

const SHAPELESS: readonly Json[] = [
  null,
  7,
  '',
  true,
  [],
  {},
  { engagement: null },
  { record: [], what: {} },
];
const FIELDS = ['fact', 'of', 'about', 'role', 'key', 'state', 'deleted', 'begun'];
const fieldsOf = (kind: string) => [
  ...FIELDS,
  ...Object.keys((PROGRAMME_FIELDS as Record<string, object>)[kind] ?? {}),
];

test('whatever stands where a value should, an entry is judged and nothing throws', () => {
  const thrown: string[] = [];
  for (const [action, { touches }] of Object.entries(ACTIONS))
    for (const kind of [...touches, 'late'])
      for (const field of fieldsOf(kind))
        for (const value of SHAPELESS)
          for (const role of Role.options)
            try {
              const ops = [{ record: `${kind}:r`, field, parents: [], value }];
              judgeEntry(sha256, { workspace: 'w', member: 'm', writer: 'x', role, seq: 1 }, action, ops);
            } catch (error) {
              thrown.push(`${action} ${kind} ${field} ${JSON.stringify(value)}: ${error}`);
            }
  expect(thrown).toEqual([]);
});
