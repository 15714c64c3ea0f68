import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { formatWords } from '../../../shared/domain/count-words.ts';
import { readableName } from '../../../shared/domain/spell-out.ts';
import { LoadingRows } from '../../parts/blank.tsx';
import { bytes, count, day, moment } from '../../parts/format.ts';
import { Hash } from '../../parts/hash.tsx';
import { Panel } from '../../parts/panel.tsx';
import { useApi } from '../../state/api.tsx';
import { useChoices } from '../../state/choices.ts';
import { go } from '../../state/place.ts';
import { ANY, useControlFilters } from '../controls/filters.ts';
import { type FrameworkLine, frameworkName, heldWords } from './framework-words.ts';

/** One framework: where it came from, what it holds, its families. */
export function FrameworkDetail({ framework, onClose }: { framework: FrameworkLine; onClose: () => void }) {
  const { orpc } = useApi();
  const groups = useQuery(orpc.frameworks.groups.queryOptions({ input: { framework: framework.id } }));
  const openGroup = (path: string | null) => {
    useControlFilters.setState({ ...ANY, group: path });
    useChoices.setState({ framework: framework.id });
    go('controls');
  };
  return (
    <Panel
      title={frameworkName(framework)}
      aside={
        <Button size="compact-sm" variant="default" onClick={onClose}>
          Close
        </Button>
      }
    >
      <dl className="facts">
        <dt>Holds</dt>
        <dd>{heldWords(framework.counts)}</dd>
        <dt>Format</dt>
        <dd>
          {formatWords(framework.format)}
          {framework.published && `, published ${day(framework.published)}`}
        </dd>
        <dt>Original</dt>
        <dd>
          {readableName(framework.source.name)}, {bytes(framework.source.bytes)}, kept as it came.{' '}
          <Hash value={framework.source.sha256} whole />
        </dd>
        <dt>Imported</dt>
        <dd>
          {moment(framework.importedAt)} by {framework.importedBy}
        </dd>
      </dl>
      {groups.isPending && <LoadingRows rows={4} label="Loading families" />}
      {groups.data && groups.data.length > 0 && (
        <ul className="group-chips" aria-label="Families">
          {groups.data
            .filter((g) => g.controls > 0)
            .map((g) => (
              <li key={g.path}>
                <button type="button" onClick={() => openGroup(g.path)}>
                  <code>{g.label.toUpperCase()}</code> {g.title}{' '}
                  <span className="quiet">{count(g.controls)}</span>
                </button>
              </li>
            ))}
        </ul>
      )}
    </Panel>
  );
}
