import type { EvidenceRevision } from '../../../shared/contract/frameworks.ts';
import { moment, plural } from '../../parts/format.ts';
import { Hash } from '../../parts/hash.tsx';
import { Section } from '../../parts/panel.tsx';
import { FileHead } from '../common/evidence-preview.tsx';

/** What the evidence consisted of before: kept in the vault, each file to be had byte for byte. */
export function EarlierRevisions(props: { evidence: string; revisions: readonly EvidenceRevision[] }) {
  const earlier = props.revisions.filter((revision) => !revision.current);
  if (earlier.length === 0) return null;
  return (
    <Section title={plural(earlier.length, 'earlier revision')}>
      <ol className="list-plain history">
        {earlier.map((revision) => (
          <li key={`${revision.revision} ${revision.at}`}>
            <div>
              Revision {revision.revision}
              <span className="quiet">
                {' '}
                · {moment(revision.at)} · {revision.by.name}
              </span>
            </div>
            <ul className="list-plain revision-files">
              {revision.files.map((file, index) => (
                <li key={`${file.sha256} ${file.name}`}>
                  <div className="line revision-file">
                    <FileHead evidence={props.evidence} index={index} file={file} />
                  </div>
                  <Hash value={file.sha256} />
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ol>
    </Section>
  );
}
