import type { z } from 'zod';
import type { ControlDossier, TextLine } from '../../../shared/contract/frameworks.ts';
import { go } from '../../state/place.ts';

type Line = z.infer<typeof TextLine>;

/** What the control asks, at a measure that reads well; guidance and objectives open on demand. */
export function ControlText({ control }: { control: ControlDossier['control'] }) {
  const of = (kind: Line['kind']) => control.text.filter((line) => line.kind === kind);
  const objectives = of('objective');
  const guidance = of('guidance');
  const other = of('other');
  return (
    <div className="control-text">
      <Lines lines={of('statement')} />
      {objectives.length > 0 && (
        <details className="more">
          <summary>Assessment objectives ({objectives.length})</summary>
          <Lines lines={objectives} />
        </details>
      )}
      {guidance.length > 0 && (
        <details className="more">
          <summary>Guidance</summary>
          <Lines lines={guidance} />
        </details>
      )}
      {other.length > 0 && (
        <details className="more">
          <summary>More from the source</summary>
          <Lines lines={other} named />
        </details>
      )}
      <Neighbours control={control} />
    </div>
  );
}

function Lines({ lines, named = false }: { lines: readonly Line[]; named?: boolean }) {
  let place = 0;
  return (
    <>
      {lines.map((line) => (
        <p
          key={`${line.name}-${place++}`}
          className="text-line"
          style={{ paddingInlineStart: Math.min(line.depth, 5) * 18 }}
        >
          {line.label && <span className="text-label">{line.label}</span>}
          <span>
            {named && <span className="quiet">{line.name}: </span>}
            <WithInserts line={line} />
          </span>
        </p>
      ))}
    </>
  );
}

/** The text with what came from parameters marked as such. */
function WithInserts({ line }: { line: Line }) {
  let at = 0;
  const pieces = [];
  for (const insert of line.inserts) {
    pieces.push(line.text.slice(at, insert.from));
    pieces.push(
      <mark key={insert.from} title={`Parameter ${insert.parameter}`}>
        {line.text.slice(insert.from, insert.to)}
      </mark>,
    );
    at = insert.to;
  }
  pieces.push(line.text.slice(at));
  return <>{pieces}</>;
}

/** The way to what belongs with it: folded, since a family can name dozens. */
function Neighbours({ control }: { control: ControlDossier['control'] }) {
  const related = control.related.flatMap(({ id, label, rel }) =>
    id === null ? [] : [{ id, label, title: rel }],
  );
  return (
    <>
      <Links title="Enhancements" of={control.enhancements} />
      <Links title="Related controls" of={related} />
    </>
  );
}

function Links({
  title,
  of,
}: {
  title: string;
  of: readonly { id: string; label: string; title: string }[];
}) {
  if (of.length === 0) return null;
  return (
    <details className="more">
      <summary>
        {title} ({of.length})
      </summary>
      <p className="neighbours">
        {of.map((control) => (
          <button
            key={`${control.title} ${control.id}`}
            type="button"
            className="link mono"
            title={control.title}
            onClick={() => go('controls', control.id)}
          >
            {control.label}
          </button>
        ))}
      </p>
    </details>
  );
}
