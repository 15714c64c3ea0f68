import { Button } from '@mantine/core';
import { IconBooks } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { mayAccess } from '../../../shared/domain/permissions.ts';
import { readableName } from '../../../shared/domain/spell-out.ts';
import { EmptyState } from '../../parts/blank.tsx';
import { bytes, count, day, moment, plural } from '../../parts/format.ts';
import { Hash } from '../../parts/hash.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Pill } from '../../parts/pill.tsx';
import { useApi } from '../../state/api.tsx';
import { useChoices } from '../../state/choices.ts';
import { useEngagement } from '../../state/engagement.ts';
import { go } from '../../state/place.ts';
import { useOpenSession } from '../../state/session.ts';
import { Loaded } from '../common/loaded.tsx';
import { ScreenHead } from '../common/screen-head.tsx';
import { EngagementForm } from './engagement-form.tsx';
import { FrameworkDetail } from './framework-detail.tsx';
import { type FrameworkLine, heldWords } from './framework-words.ts';
import { ImportDialog } from './import-dialog.tsx';
import { StartProgramme } from './start-programme.tsx';

/** What the work is measured against, and the engagements over it. */
export function FrameworksScreen({ record }: { record: string | null }) {
  const { orpc } = useApi();
  const list = useQuery(orpc.frameworks.list.queryOptions({ input: { limit: 200 } }));
  const close = () => go('frameworks');
  const may = mayAccess(useOpenSession().member.role, 'prepare').allowed;
  const detail = list.data?.rows.find((f) => f.id === record);
  return (
    <>
      <ScreenHead title="Frameworks">
        {may && (
          <>
            <Button variant="default" onClick={() => go('frameworks', 'programme')}>
              Start a programme
            </Button>
            <Button variant="default" onClick={() => go('frameworks', 'engagement')}>
              Start an engagement
            </Button>
            <Button onClick={() => go('frameworks', 'import')}>Import</Button>
          </>
        )}
      </ScreenHead>
      <Loaded query={list} label="Loading frameworks">
        {({ rows }) =>
          rows.length === 0 ? (
            <NoFramework may={may} />
          ) : (
            <div className="page stack">
              <FrameworkTable rows={rows} open={detail?.id ?? null} />
              {detail && <FrameworkDetail framework={detail} onClose={close} />}
              <EngagementTable frameworks={rows} may={may} />
            </div>
          )
        }
      </Loaded>
      <StartProgramme opened={record === 'programme'} onClose={close} />
      <ImportDialog opened={record === 'import'} onClose={close} />
      <EngagementForm opened={record === 'engagement'} onClose={close} frameworks={list.data?.rows ?? []} />
    </>
  );
}

function NoFramework({ may }: { may: boolean }) {
  return (
    <EmptyState
      icon={<IconBooks size={32} stroke={1.4} />}
      title="No framework yet"
      text="Take in a control catalog in OSCAL JSON or a readiness plan in Markdown; the original file is kept with its hash. Or start a programme from a worked template."
    >
      {may && (
        <>
          <Button onClick={() => go('frameworks', 'import')}>Import a framework</Button>
          <Button variant="default" onClick={() => go('frameworks', 'programme')}>
            Start a programme from a template
          </Button>
        </>
      )}
    </EmptyState>
  );
}

function FrameworkTable({ rows, open }: { rows: readonly FrameworkLine[]; open: string | null }) {
  return (
    <Panel title={plural(rows.length, 'framework')} flush>
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">Title</th>
            <th scope="col">Kind</th>
            <th scope="col">Holds</th>
            <th scope="col">Original</th>
            <th scope="col">Imported</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((f) => (
            <tr key={f.id} className={open === f.id ? 'is-open' : ''}>
              <td>
                <button type="button" className="link-row" onClick={() => go('frameworks', f.id)}>
                  <strong>{f.title}</strong>
                  {f.version !== '' && <span className="quiet under">version {f.version}</span>}
                </button>
              </td>
              <td>{f.kind}</td>
              <td>{heldWords(f.counts)}</td>
              <td>
                {readableName(f.source.name)} <span className="quiet">{bytes(f.source.bytes)}</span>{' '}
                <Hash value={f.source.sha256} />
              </td>
              <td className="quiet">
                {moment(f.importedAt)}, {f.importedBy}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function EngagementTable({ frameworks, may }: { frameworks: readonly FrameworkLine[]; may: boolean }) {
  const { all, engagement } = useEngagement();
  const titles = new Map(frameworks.map((f) => [f.id, f.title]));
  if (all.length === 0) {
    return (
      <Panel title="No engagement yet">
        <p className="quiet">
          Results, evidence and sign-offs belong to an engagement: which frameworks, for which systems, over
          which period.
        </p>
        {may && (
          <Button mt="sm" onClick={() => go('frameworks', 'engagement')}>
            Start an engagement
          </Button>
        )}
      </Panel>
    );
  }
  return (
    <Panel title={plural(all.length, 'engagement')} flush>
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">State</th>
            <th scope="col">Period</th>
            <th scope="col">Subjects</th>
            <th scope="col">Frameworks</th>
            <th scope="col" className="end">
              To assess
            </th>
            <th scope="col">
              <span className="visually-hidden">Choose</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {all.map((e) => (
            <tr key={e.id}>
              <td>
                <strong>{e.name}</strong>
              </td>
              <td>{e.state}</td>
              <td>{e.from || e.to ? `${day(e.from)} – ${day(e.to)}` : '—'}</td>
              <td>{e.subjects.map((s) => s.name).join(', ')}</td>
              <td>{e.frameworks.map((f) => titles.get(f.id) ?? f.title).join(', ')}</td>
              <td className="end">{count(e.controls + e.items)}</td>
              <td className="end">
                {e.id === engagement?.id ? (
                  <Pill tone="good">in front</Pill>
                ) : (
                  <Button
                    size="compact-xs"
                    variant="default"
                    onClick={() => useChoices.setState({ engagement: e.id, subject: null })}
                    aria-label={`Work on ${e.name}`}
                  >
                    Work on it
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
