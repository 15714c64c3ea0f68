import { useQuery } from '@tanstack/react-query';
import { LoadingRows } from '../../parts/blank.tsx';
import { bytes, count, plural } from '../../parts/format.ts';
import { Panel } from '../../parts/panel.tsx';
import { useApi } from '../../state/api.tsx';
import { useOpenSession } from '../../state/session.ts';

/** Which Bindery this is, what the workspace holds, where it lies. */
export function AboutPanel() {
  const { orpc } = useApi();
  const session = useOpenSession();
  const about = useQuery(orpc.system.about.queryOptions());
  const info = useQuery(orpc.workspace.info.queryOptions());
  return (
    <div className="stack narrow">
      <Panel title="This workspace">
        {!info.data && <LoadingRows rows={4} label="Counting" />}
        {info.data && (
          <dl className="facts">
            <dt>Folder</dt>
            <dd className="mono">{session.workspace.dir}</dd>
            <dt>Holds</dt>
            <dd>
              {plural(info.data.counts.frameworks, 'framework')} with{' '}
              {plural(info.data.counts.controls, 'control')} and{' '}
              {plural(info.data.counts.checklists, 'checklist')},{' '}
              {plural(info.data.counts.evidence, 'evidence record')} with{' '}
              {plural(info.data.counts.files, 'file')}
            </dd>
            <dt>Ledger</dt>
            <dd>
              {plural(info.data.counts.entries, 'entry', 'entries')}, {count(info.data.unsealed)} to seal,{' '}
              {count(info.data.quarantined)} in quarantine
            </dd>
            <dt>On disk</dt>
            <dd>
              database {bytes(info.data.bytes.database)}, vault {bytes(info.data.bytes.vault)}, all encrypted
            </dd>
          </dl>
        )}
      </Panel>
      <Panel title="This Bindery">
        {about.data && (
          <dl className="facts">
            <dt>Version</dt>
            <dd>{about.data.version}</dd>
            <dt>Shell</dt>
            <dd>
              {about.data.shell} on {about.data.platform}, Node {about.data.node}
            </dd>
            <dt>Home</dt>
            <dd className="mono">{about.data.home}</dd>
            <dt>Licence</dt>
            <dd>Apache-2.0</dd>
          </dl>
        )}
      </Panel>
    </div>
  );
}
