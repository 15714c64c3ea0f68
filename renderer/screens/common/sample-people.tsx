import { CopyText } from '../../parts/hash.tsx';
import { usePeopleOf } from '../../state/sample.ts';

/** Whom one can be in the sample, and with which passphrase; nothing in any other workspace. */
export function SamplePeople({ dir }: { dir: string }) {
  const people = usePeopleOf(dir);
  if (people.length === 0) return null;
  return (
    <section className="callout callout-info" aria-label="People of the sample">
      <strong>This is a sample. Lock it and come back as somebody else to see their side.</strong>
      <ul className="list-plain">
        {people.map((person) => (
          <li key={person.name} className="line">
            <span className="grow">
              {person.name} <span className="quiet">{person.role}</span>
            </span>
            <code>{person.passphrase}</code>
            <CopyText value={person.passphrase} label={`Copy the passphrase of ${person.name}`} />
          </li>
        ))}
      </ul>
    </section>
  );
}
