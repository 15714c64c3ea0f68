import { inScope } from '../../db/queries/checklists.ts';
import { controlBySourceId, controlDetail, controlRow, enhancementsOf } from '../../db/queries/controls.ts';
import { subjectsOf } from '../../db/queries/names.ts';
import type { ControlDossier } from '../../shared/contract/frameworks.ts';
import { controlLines } from '../../shared/domain/control-text.ts';
import type { Control } from '../../shared/domain/framework.ts';
import { refuse } from '../../shared/fault.ts';
import { placeOf } from '../engagements/assess.ts';
import { viewAssessment } from '../engagements/assessment-view.ts';
import * as resolve from '../resolve.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';

/** Everything about one control: its text, and how each subject of the engagement stands in it. */
export function controlDossier(
  ws: OpenWorkspace,
  text: string,
  engagementText: string | undefined,
): ControlDossier {
  const engagement = resolve.engagementIfAny(ws, engagementText);
  const found = resolve.control(ws, engagementText === undefined ? null : (engagement?.id ?? null), text);
  const detail = controlDetail(ws.db, found.id);
  const row = controlRow(ws.db, found.id, null, null, []);
  if (detail === undefined || row === undefined)
    return refuse({ code: 'not-found', what: 'control', id: text });
  const covers = engagement !== null && inScope(ws.db, engagement.id, row.framework);
  const subjects = covers ? subjectsOf(ws.db, engagement.id) : [];
  return {
    control: {
      ...row,
      sourceId: detail.body.sourceId,
      frameworkTitle: detail.frameworkTitle,
      path: detail.path,
      text: controlLines(detail.body),
      parameters: detail.body.parameters,
      related: relatedOf(ws, row.framework, detail.body),
      enhancements: enhancementsOf(ws.db, found.id),
      textHash: detail.textHash,
    },
    assessments: subjects.map((subject) =>
      viewAssessment(ws, placeOf(engagement?.id ?? '', found, subject.id)),
    ),
  };
}

function relatedOf(
  ws: OpenWorkspace,
  framework: string,
  control: Control,
): ControlDossier['control']['related'] {
  return control.links
    .filter((link) => link.href.startsWith('#') && link.rel !== 'reference')
    .flatMap((link) => {
      const sourceId = link.href.slice(1).replace(/_(smt|gdn|obj).*$/, '');
      const there = controlBySourceId(ws.db, framework, sourceId);
      return there === undefined ? [] : [{ label: there.label, id: there.id, rel: link.rel ?? 'related' }];
    });
}
