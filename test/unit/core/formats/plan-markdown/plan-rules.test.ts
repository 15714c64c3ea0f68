import { describe, expect, it } from 'vitest';
import { brokenRules, readPlan } from './reading.ts';

const framework = (markdown: string) => readPlan(markdown).framework;

describe('phases', () => {
  it('are headings "Phase N", with their dates, priority, scope and exit criteria', () => {
    const plan = framework(`# Harbour go-live

## Phase 1 - Containment (2026-02-17 to March 13, 2026) (Priority: HIGH)
Scope:
- Rotate every secret.

Exit criteria:
- No default password left.
- Smoke tests pass.
`);
    expect(plan.phases).toEqual([
      {
        path: 'phase-1',
        order: 0,
        group: 'phase-1-containment-2026-02-17-to-march-13-2026',
        line: 3,
        title: 'Phase 1 - Containment (2026-02-17 to March 13, 2026) (Priority: HIGH)',
        from: '2026-02-17',
        to: '2026-03-13',
        priority: 'HIGH',
        scope: ['Rotate every secret.'],
      },
    ]);
    expect(plan.criteria.map(({ path, kind, of, text }) => ({ path, kind, of, text }))).toEqual([
      { path: 'phase-1/exit/1', kind: 'exit', of: 'phase-1', text: 'No default password left.' },
      { path: 'phase-1/exit/2', kind: 'exit', of: 'phase-1', text: 'Smoke tests pass.' },
    ]);
    expect(plan.items).toEqual([]);
  });

  it('are not ranges of phases, nor headings below a phase that name it', () => {
    const plan = framework(
      '# P\n## Phase 1: Build\n### 1.3 Phase 1 deliverables\n- [ ] Ship\n## Phase 1-2 rollback\n',
    );
    expect(plan.phases.map((phase) => phase.title)).toEqual(['Phase 1: Build']);
  });

  it('of one number keep apart by a second path', () => {
    const plan = framework('# P\n## Phase 5: Polish\n## Phase 5: Release\n');
    expect(plan.phases.map((phase) => phase.path)).toEqual(['phase-5', 'phase-5-2']);
  });

  it('are the blocks of a timeline only where no heading is a phase', () => {
    const timeline = '## Timeline\n- **Days 0–14 (Stabilise):** Fix the build.\n- **Days 15–45:** Ship.\n';
    expect(framework(`# P\n${timeline}`).phases).toMatchObject([
      { title: 'Days 0–14 (Stabilise)', fromDay: 0, toDay: 14, scope: ['Fix the build.'] },
      { title: 'Days 15–45', fromDay: 15, toDay: 45, scope: ['Ship.'] },
    ]);
    expect(framework(`# P\n## Phase 1: All\n${timeline}`).phases.map((phase) => phase.title)).toEqual([
      'Phase 1: All',
    ]);
  });

  it('may be quarters of a roadmap, week headings, or rows of a timeline table', () => {
    expect(framework('# P\n## Roadmap\n### Q1 2026\n- [ ] a\n### Q2 2026\n- [ ] b\n').phases).toHaveLength(2);
    expect(framework('# P\n## Week 1-2: Base\n- [ ] a\n').phases).toMatchObject([{ fromDay: 0, toDay: 14 }]);
    const table = '# P\n## Timeline\n| Week | Work |\n|---|---|\n| 1-2 | Base |\n| 3 | Rest |\n';
    expect(framework(table).phases).toMatchObject([
      { fromDay: 0, toDay: 14 },
      { fromDay: 14, toDay: 21 },
    ]);
  });

  it('turn week blocks and backlog horizons beside them into checklists', () => {
    const plan = framework(`# P
## Phase 1: All
## Implementation checklist
### Week 1-2: Base
- [ ] Build
## Backlog
### Immediate
1. First
2. Second
`);
    expect(plan.phases).toHaveLength(1);
    expect(plan.checklists.map((checklist) => checklist.title)).toEqual(['Week 1-2: Base', 'Immediate']);
    expect(plan.items.map((item) => item.text)).toEqual(['Build', 'First', 'Second']);
  });
});

describe('pillars', () => {
  it('are numbered sections with an owner, whose actions are one checklist', () => {
    const plan = framework(`# P
## 0A. Guardrails
- **Reporting:** Weekly.
## 1. Security & Compliance
- **Owner:** Security Engineering
- **Objectives:** Close the gaps.
- **Exit Criteria:** No high findings.
- **Actions:**
  - Enforce roles (Owner: Ada, due 2026-03-06)
  - Rotate keys
## Appendix
- **Purpose:** Reference.
`);
    expect(plan.pillars).toMatchObject([
      {
        path: 'pillar-1',
        title: 'Security & Compliance',
        owner: 'Security Engineering',
        scope: 'Close the gaps.',
      },
    ]);
    expect(plan.criteria).toMatchObject([
      { path: 'pillar-1/exit/1', kind: 'exit', of: 'pillar-1', text: 'No high findings.' },
    ]);
    expect(plan.checklists).toMatchObject([{ path: 'pillar-1/actions', of: 'pillar-1' }]);
    expect(plan.items).toMatchObject([
      { path: 'pillar-1/actions/1', owner: 'Ada', due: '2026-03-06' },
      { path: 'pillar-1/actions/2', text: 'Rotate keys' },
    ]);
    expect(plan.notes).toContainEqual({ on: 'appendix', text: 'Purpose: Reference.', line: 12 });
  });

  it('are named workstreams with their owners; the owner of the programme is a note', () => {
    const plan = framework(`# P
## Governance
Program owner:
- Engineering manager

Workstream owners:
- Security Lead: keys, secrets.
- **Platform Lead**: workers.

- [ ] Meet
`);
    expect(plan.pillars).toMatchObject([
      { path: 'pillar-security-lead', owner: 'Security Lead', scope: 'keys, secrets.' },
      { path: 'pillar-platform-lead', owner: 'Platform Lead', scope: 'workers.' },
    ]);
    expect(plan.notes).toContainEqual({ on: 'governance', text: 'Engineering manager', line: 4 });
  });

  it('may stand in a table of workstreams', () => {
    const plan = framework(
      '# P\n## Workstreams\n| Workstream | Owner | Notes |\n|--|--|--|\n| Data | Grace | nightly |\n',
    );
    expect(plan.pillars).toMatchObject([{ title: 'Data', owner: 'Grace' }]);
    expect(plan.notes).toContainEqual({ on: 'pillar-data', text: 'Notes: nightly', line: 5 });
  });
});

describe('risks', () => {
  it('are rows, found by the names of the columns in any order', () => {
    const plan = framework(`# P
## Risks
| Due date | Owner | Severity | Risk | Mitigation | Exit criteria | Likelihood | Impact | Ticket |
|---|---|---|---|---|---|---|---|---|
| March 6, 2026 | Ada | P0 | Lost \`keys\` | Rotate | Rotated | low | high | T-1 |
`);
    expect(plan.risks).toMatchObject([
      {
        title: 'Lost keys',
        severity: 'P0',
        owner: 'Ada',
        due: '2026-03-06',
        remediation: 'Rotate',
        exit: 'Rotated',
        likelihood: 'low',
        impact: 'high',
      },
    ]);
    expect(plan.notes).toContainEqual({ on: 'risks/risk/1', text: 'Ticket: T-1', line: 5 });
  });

  it('are read from headers in other languages', () => {
    const plan = framework(
      '# 計画\n## リスク\n| リスク | 影響 | 対策 | 担当 |\n|--|--|--|--|\n| 鍵の紛失 | 高 | 更新 | 田中 |\n',
    );
    expect(plan.risks).toMatchObject([
      { title: '鍵の紛失', impact: '高', remediation: '更新', owner: '田中' },
    ]);
  });

  it('are labelled bullets below a risk heading or a heading under it', () => {
    const plan = framework(`# P
## Risk mitigation
Some words first.
### Technical
- **Migration**: Test on staging.
- Vendor delay
  - Severity: High
  - Mitigation: Second source
- plain remark
`);
    expect(plan.risks).toMatchObject([
      { title: 'Migration', remediation: 'Test on staging.' },
      { title: 'Vendor delay', severity: 'High', remediation: 'Second source' },
    ]);
    expect(plan.notes.map((note) => note.text)).toContain('plain remark');
  });
});

describe('gates, KPIs and criteria', () => {
  it('are the bullets below their heading or label', () => {
    const plan = framework(`# P
## Target
Release gates at baseline:
- No default secrets.

## KPI dashboard
Track weekly:
- Open risks.

Success threshold by 2026-08-14:
- Zero open P0.

## Definition of done
- Signed off.

## Acceptance criteria
1. Users agree.

## Success criteria
- **Speed**: below 200 ms
`);
    expect(plan.gates.map((gate) => gate.text)).toEqual(['No default secrets.']);
    expect(plan.kpis).toMatchObject([{ text: 'Open risks.', cadence: 'weekly' }]);
    expect(plan.criteria.map(({ kind, text }) => [kind, text])).toEqual([
      ['threshold', 'Zero open P0.'],
      ['done', 'Signed off.'],
      ['acceptance', 'Users agree.'],
      ['success', 'Speed: below 200 ms'],
    ]);
  });

  it('are items as well where they have a check box', () => {
    const plan = framework('# P\n## Release gates\n- [x] Tests green\n## Exit criteria\n- [ ] Drill done\n');
    expect(plan.gates.map((gate) => gate.text)).toEqual(['Tests green']);
    expect(plan.criteria.map((criterion) => criterion.text)).toEqual(['Drill done']);
    expect(plan.items.map(({ text, checked }) => [text, checked])).toEqual([
      ['Tests green', true],
      ['Drill done', false],
    ]);
  });

  it('may stand in tables', () => {
    const plan = framework(
      '# P\n## Key metrics\n| Metric | Target |\n|--|--|\n| Uptime | 99.9% |\n## Gates\n| Gate | Proof |\n|--|--|\n| Tests | Report |\n',
    );
    expect(plan.kpis.map((kpi) => kpi.text)).toEqual(['Uptime; Target: 99.9%']);
    expect(plan.gates.map((gate) => gate.text)).toEqual(['Tests; Proof: Report']);
  });
});

describe('maturity', () => {
  it('is each dimension with a target score', () => {
    const plan = framework(`# P
Target maturity by 2026-08-14:
- Security: 4.5/5
- Testing: 2/5 → 4/5
- Not scored
`);
    expect(
      plan.maturity.map(({ dimension, current, target, scale }) => ({ dimension, current, target, scale })),
    ).toEqual([
      { dimension: 'Security', current: undefined, target: 4.5, scale: 5 },
      { dimension: 'Testing', current: 2, target: 4, scale: 5 },
    ]);
    expect(plan.notes.map((note) => note.text)).toContain('Not scored');
  });

  it('is read from a table with current and target', () => {
    const plan = framework(
      '# P\n## Maturity\n| Target | Dimension | Current |\n|--|--|--|\n| 4 | Data | 2.5 |\n',
    );
    expect(plan.maturity).toMatchObject([{ dimension: 'Data', current: 2.5, target: 4, scale: 5 }]);
  });
});

describe('items and checklists', () => {
  it('keep what is nested: boxes with their parent, other lines as notes', () => {
    const plan = framework(`# P
## Setup
- [x] Backend
  - [ ] Hosts set
  - Report: done
    in two lines
- [ ] Frontend **bold
  text**
`);
    expect(plan.items).toMatchObject([
      { path: 'setup/checklist/1', text: 'Backend', checked: true },
      { path: 'setup/checklist/2', text: 'Hosts set', checked: false, parent: 'setup/checklist/1' },
      { path: 'setup/checklist/3', text: 'Frontend bold text', checked: false },
    ]);
    expect(plan.notes.filter((note) => note.on === 'setup/checklist/1').map((note) => note.text)).toEqual([
      'Report: done',
      'in two lines',
    ]);
  });

  it('are one checklist for each label of a section', () => {
    const plan = framework('# P\n## Law\n**Europe:**\n- [ ] a\n\n**Canada:**\n- [ ] b\n');
    expect(plan.checklists.map(({ path, title }) => [path, title])).toEqual([
      ['law/europe', 'Law — Europe'],
      ['law/canada', 'Law — Canada'],
    ]);
  });

  it('know boxes that are drawn by hand', () => {
    const plan = framework('# P\n- [~] half\n- ☑ done\n- [] open\n1. [X] numbered\n\n☐ alone\n☑ below\n');
    expect(plan.items.map(({ text, checked }) => [text, checked])).toEqual([
      ['[~] half', false],
      ['☑ done', true],
      ['[] open', false],
      ['numbered', true],
      ['☐ alone', false],
      ['☑ below', true],
    ]);
  });

  it('are the numbered sections of a phase, gathered in a list of that phase', () => {
    const { framework: plan, counts } = readPlan(`# P
## Phase 1: Build
### 1.1 Sign-in
**Files:**
- \`mfa.ts\` - service
### 1.2 Quality gates
- Set up
### 1.3 Exit criteria
- All green
`);
    expect(plan.items.map(({ path, text }) => [path, text])).toEqual([
      ['phase-1/tasks/1', 'Sign-in'],
      ['phase-1/tasks/2', 'Quality gates'],
    ]);
    expect(plan.notes).toContainEqual({ on: 'phase-1/tasks/1', text: 'mfa.ts - service', line: 5 });
    expect(plan.criteria).toMatchObject([{ kind: 'exit', text: 'All green', of: 'phase-1' }]);
    expect(counts).toMatchObject({ items: 2, checklists: 0, taskLists: 1, gates: 0 });
  });

  it('are rows of a table of work, with owner, due date and every other cell', () => {
    const plan = framework(
      '# P\n## Sign-offs\n| Area | Owner | Due | Status |\n|:--|--|--|--|\n| Law | Ada | 2026-04-01 | open |\n',
    );
    expect(plan.items).toMatchObject([{ text: 'Law', owner: 'Ada', due: '2026-04-01' }]);
    expect(
      plan.notes.filter((note) => note.on === 'sign-offs/checklist/1').map((note) => note.text),
    ).toContain('Status: open');
  });

  it('are not rows for signatures or the history of the document', () => {
    const plan = framework(
      '# P\n- [ ] a\n\n| Role | Signature | Date |\n|--|--|--|\n| CTO | ___ | ___ |\n\n| Version | Author | Changes |\n|--|--|--|\n| 1.0 | Ada | first |\n',
    );
    expect(plan.items).toHaveLength(1);
    expect(plan.notes.map((note) => note.text)).toContain('CTO | ___ | ___');
  });

  it('are all bullets of a plan that has no box, action, task or backlog', () => {
    const plan = framework('# 移行計画\n## 準備\n- 鍵を更新する\n- 手順を確認する\n');
    expect(plan.checklists).toMatchObject([{ path: '準備/checklist', title: '準備' }]);
    expect(plan.items.map((item) => item.text)).toEqual(['鍵を更新する', '手順を確認する']);
  });

  it('take the owner and date from the line', () => {
    const plan = framework(
      '# P\n- [ ] Drill @ada.l by 2026-05-01\n- [ ] Report\n  - Owner: Grace\n  - Due: May 3, 2026\n',
    );
    expect(plan.items).toMatchObject([
      { owner: 'ada.l', due: '2026-05-01' },
      { owner: 'Grace', due: '2026-05-03' },
    ]);
  });
});

describe('title, version and what stands around the records', () => {
  it('takes the title from the first level-one heading, else the first heading', () => {
    expect(framework('## Second\n# First\n').title).toBe('First');
    expect(framework('### Only\n- a\n').title).toBe('Only');
    expect(framework('just words\n').title).toBe('Untitled plan');
    expect(framework('Underlined\n==========\n').title).toBe('Underlined');
  });

  it('takes the version from its line, from the last change, or from front matter', () => {
    expect(framework('# P\n**Version:** 1.2.0  \n**Date:** 2026-01-24\n')).toMatchObject({
      version: '1.2.0',
      published: '2026-01-24',
    });
    expect(framework('# P\nLast updated: 2026-02-16\n').version).toBe('2026-02-16');
    expect(framework('---\ntitle: Front\nversion: 3\n---\nwords\n')).toMatchObject({
      title: 'Front',
      version: '3',
    });
    expect(framework('# P\n```\nVersion: 9\n```\n').version).toBe('1');
  });

  it('keeps code, comments, links, images, footnotes and quotes, and reports lines that are layout', () => {
    const source = `# P &amp; Q

<!-- kept
comment -->

> quoted \\* words
>
> - [ ] inside

\`\`\`sh
- not a box
\`\`\`

![plan](plan.png "picture") and [site](https://example.org/a_b)[^1]

[^1]: A footnote
[ref]: https://example.org "Reference"

---
-
`;
    const { framework: plan, problems } = readPlan(source);
    const texts = plan.notes.map((note) => note.text);
    for (const text of ['<!-- kept', '- not a box', '```sh', '```', '[^1]: A footnote'])
      expect(texts).toContain(text);
    expect(texts).toContain('plan (plan.png "picture") and site (https://example.org/a_b)[^1]');
    expect(plan.items.map((item) => item.text)).toEqual(['inside']);
    expect(problems.filter((problem) => problem.code === 'layout').map((problem) => problem.where)).toEqual([
      'line 7',
      'line 19',
      'line 20',
    ]);
    expect(brokenRules(source)).toEqual([]);
  });

  it('gives the same bytes the same framework', () => {
    const source = '# P\n## A\n- [ ] x\n## A\n- [ ] x\n';
    expect(readPlan(source)).toEqual(readPlan(source));
    expect(framework(source).items.map((item) => item.path)).toEqual(['a/checklist/1', 'a-2/checklist/1']);
  });
});
