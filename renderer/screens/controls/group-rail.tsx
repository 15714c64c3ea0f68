import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { LoadingRows } from '../../parts/blank.tsx';
import { count } from '../../parts/format.ts';
import { useApi } from '../../state/api.tsx';
import { SaidLines } from '../checklists/plan-notes.tsx';
import { useControlFilters } from './filters.ts';

interface GroupNode {
  readonly path: string;
  readonly label: string;
  readonly title: string;
  readonly parent: string | null;
  readonly controls: number;
  readonly done: number;
}

/** The families of the framework with how far each is; choosing one narrows the list. */
export function GroupRail(props: {
  framework: string;
  engagement?: string | undefined;
  subject?: string | undefined;
}) {
  const { orpc } = useApi();
  const groups = useQuery(orpc.frameworks.groups.queryOptions({ input: props }));
  const chosen = useControlFilters((f) => f.group);
  const children = useMemo(() => byParent(groups.data ?? []), [groups.data]);
  if (groups.isPending) return <LoadingRows rows={12} label="Loading families" />;
  if ((groups.data ?? []).length === 0) return null;
  return (
    <nav className="group-rail" aria-label="Families">
      <button
        type="button"
        className="group-row"
        aria-current={chosen === null ? 'true' : undefined}
        onClick={() => useControlFilters.setState({ group: null })}
      >
        <span className="grow">All families</span>
      </button>
      <GroupList nodes={children.get(null) ?? []} below={children} chosen={chosen} depth={0} />
      <SourceSays of={groups.data?.find((group) => group.path === chosen)} />
    </nav>
  );
}

/** What the source says about the family as a whole. */
function SourceSays({ of }: { of: { readonly notes: readonly string[] } | undefined }) {
  if (of === undefined || of.notes.length === 0) return null;
  return (
    <section className="group-notes" aria-label="What the source says about it">
      <SaidLines lines={of.notes} />
    </section>
  );
}

function byParent(groups: readonly GroupNode[]): Map<string | null, GroupNode[]> {
  const known = new Set(groups.map((g) => g.path));
  const map = new Map<string | null, GroupNode[]>();
  for (const group of groups) {
    const parent = group.parent !== null && known.has(group.parent) ? group.parent : null;
    map.set(parent, [...(map.get(parent) ?? []), group]);
  }
  return map;
}

function GroupList(props: {
  nodes: readonly GroupNode[];
  below: Map<string | null, GroupNode[]>;
  chosen: string | null;
  depth: number;
}) {
  return (
    <ul>
      {props.nodes.map((node) => (
        <GroupItem key={node.path} node={node} {...props} />
      ))}
    </ul>
  );
}

function GroupItem({
  node,
  below,
  chosen,
  depth,
}: {
  node: GroupNode;
  below: Map<string | null, GroupNode[]>;
  chosen: string | null;
  depth: number;
}) {
  const [open, setOpen] = useState(depth === 0);
  const children = below.get(node.path) ?? [];
  const Icon = open ? IconChevronDown : IconChevronRight;
  return (
    <li>
      <div className="group-line" style={{ paddingInlineStart: depth * 10 }}>
        {children.length > 0 && (
          <button
            type="button"
            className="group-fold"
            aria-expanded={open}
            aria-label={`${open ? 'Fold' : 'Unfold'} ${node.title}`}
            onClick={() => setOpen(!open)}
          >
            <Icon size={12} />
          </button>
        )}
        <button
          type="button"
          className="group-row"
          aria-current={chosen === node.path ? 'true' : undefined}
          onClick={() => useControlFilters.setState({ group: node.path })}
        >
          <span className="group-name grow">
            <code>{node.label.toUpperCase()}</code> {node.title}
          </span>
          <span className="quiet group-count" title={`${node.done} of ${node.controls} decided`}>
            {node.done > 0 ? `${count(node.done)}/` : ''}
            {count(node.controls)}
          </span>
        </button>
      </div>
      {open && children.length > 0 && (
        <GroupList nodes={children} below={below} chosen={chosen} depth={depth + 1} />
      )}
    </li>
  );
}
