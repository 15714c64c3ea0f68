import { z } from 'zod';
import { create } from 'zustand';

/** Who the people of a sample workspace are; their passphrases are no secret, so that one can be each of them. */
const Sample = z.object({
  dir: z.string(),
  people: z.array(z.object({ name: z.string(), role: z.string(), passphrase: z.string() })),
});
export type Sample = z.infer<typeof Sample>;

const JobResult = z.looseObject({
  session: z.looseObject({ workspace: z.looseObject({ dir: z.string() }) }),
  people: Sample.shape.people,
});

const KEY = 'bindery.sample';

/** The sample built on this machine, kept so that it can be unlocked another day. */
export const useSample = create<{ sample: Sample | null }>(() => ({ sample: stored() }));

/** Keeps the people that the building of a sample answered with. */
export function rememberSample(result: unknown): void {
  const parsed = JobResult.safeParse(result);
  if (!parsed.success) return;
  const sample = { dir: parsed.data.session.workspace.dir, people: parsed.data.people };
  localStorage.setItem(KEY, JSON.stringify(sample));
  useSample.setState({ sample });
}

/** The people of the sample in this folder, if it is one. */
export function usePeopleOf(dir: string): Sample['people'] {
  const sample = useSample((s) => s.sample);
  return sample?.dir === dir ? sample.people : [];
}

function stored(): Sample | null {
  try {
    return Sample.parse(JSON.parse(localStorage.getItem(KEY) ?? 'null'));
  } catch {
    return null;
  }
}
