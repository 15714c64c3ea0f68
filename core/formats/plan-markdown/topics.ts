/** What a heading or label says about the lines below it. */
export type Topic =
  | 'plain'
  | 'exit'
  | 'acceptance'
  | 'success'
  | 'threshold'
  | 'done'
  | 'maturity'
  | 'gates'
  | 'kpis'
  | 'risks'
  | 'owners'
  | 'backlog'
  | 'actions'
  | 'checklist'
  | 'timeline'
  | 'scope'
  | 'contents';

export const CRITERIA = ['exit', 'acceptance', 'success', 'threshold', 'done'] as const;
export type CriteriaTopic = (typeof CRITERIA)[number];

/** The words that make a topic, most specific first; the first row that matches decides. */
const WORDS: readonly (readonly [Topic, RegExp])[] = [
  ['contents', /^(?:table of )?contents$|^toc$|^目次$|^目录$|^inhalt(?:sverzeichnis)?$|^sommaire$|^índice$/],
  [
    'done',
    /\bdefinitions? of (?:done|ready)\b|\bdod\b|what\W{0,3}done\W{0,3}means|完了の定義|完成的?定义|definition von fertig/,
  ],
  [
    'exit',
    /\bexit[- ]criteri|\bcriteri\w* (?:de salida|de sortie)|完了条件|終了条件|退出标准|критери\p{L}* (?:выхода|завершения)/u,
  ],
  [
    'acceptance',
    /\bacceptance[- ]criteri|\babnahmekriterien|\bcrit[eè]res? d.acceptation|\bcriterios? de aceptaci|受け?入れ(?:基準|条件)|验收标准|критери\p{L}* при[её]мки/u,
  ],
  ['threshold', /\bthresholds?\b|\bschwellenwert|\bseuils?\b|\bumbral(?:es)?\b|閾値|しきい値|阈值|порог/],
  [
    'success',
    /\bsuccess[- ]criteri|\bcriteri\w* (?:for success|of success)|\berfolgskriterien|\bcrit[eè]res? de (?:succ[eè]s|r[ée]ussite)|\bcriterios? de [ée]xito|成功(?:基準|条件|标准)|критери\p{L}* успеха/u,
  ],
  ['maturity', /\bmaturity\b|成熟度|\breifegrad|\bmaturit[ée]\b|\bmadurez\b|зрелост/],
  ['gates', /\bgates?\b|\bgating\b|ゲート|门禁|關卡/],
  [
    'kpis',
    /\bkpis?\b|\bkey performance indicators?\b|\bmetrics?\b|\bkennzahl|\bindicateurs?\b|\bindicadores\b|\bm[ée]tri(?:ques?|cas?)\b|指標|メトリクス|指标|показател|метрик/,
  ],
  [
    'risks',
    /\brisks?\b|\brisik(?:o|en)|\brisques?\b|\briesgos?\b|\brischi?o?\b|リスク|风险|風險|위험|риск|مخاطر/,
  ],
  [
    'owners',
    /\b(?:work ?streams?|pillars?|tracks?|streams?)\b.*\bowners?\b|\bowners?\b.*\b(?:work ?streams?|pillars?|tracks?)\b|^(?:\W*\d*\W*)(?:work ?streams?|pillars?|owners|ownership)$/,
  ],
  ['backlog', /\bbacklog\b|バックログ|待办列表|бэклог/],
  [
    'actions',
    /\bactions?\b|\btasks?\b|\bto-?dos?\b|\bnext steps\b|\bwork items?\b|タスク|アクション|\baufgaben\b|\bma(?:ß|ss)nahmen\b|\bt[âa]ches\b|\btareas\b|\bacciones\b|задач|действия|任务|任務|行动项|待办|작업/,
  ],
  [
    'timeline',
    /\btime ?lines?\b|\broad ?maps?\b|\bschedules?\b|\bmilestones?\b|\b\d+[- ]day (?:plan|view)\b|タイムライン|ロードマップ|スケジュール|时间表|路线图|\bzeitplan|\bmeilensteine|\bcalendrier\b|\bfeuille de route\b|\bcronograma\b|\bhoja de ruta\b|дорожная карта/,
  ],
  [
    'checklist',
    /\bcheck ?lists?\s*(?:\(.*\))?$|^check ?lists?\s*[:：—–-]|^prerequisites?\b|チェックリスト|检查清单|檢查清單|чек-?лист|\bprüfliste|\bliste de contrôle/,
  ],
  [
    'scope',
    /^(?:in[- ])?scope$|^objectives?$|^goals?$|^aims?$|^(?:対象)?範囲$|^目的$|^目标$|^ziele?$|^objectifs?$|^objetivos?$/,
  ],
];

/** The topic of a heading or of a label above a list. */
export function topicOf(text: string): Topic {
  const words = text
    .toLowerCase()
    .replace(/[:：]\s*$/, '')
    .trim();
  return WORDS.find(([, pattern]) => pattern.test(words))?.[0] ?? 'plain';
}

/**
 * The topic of a bullet's own label (`**Exit criteria:** …`). Stricter than a heading: the label is short and
 * its last words are the topic, so that `Risk of delay:` or `Gate compliance:` stay what they are.
 */
export function bulletTopic(label: string): Topic {
  const bare = label
    .toLowerCase()
    .replace(/\s*\(.*\)$|\s+by\s.*$/g, '')
    .trim();
  if (bare.split(/\s+/).length > 4) return 'plain';
  const ending = bare.split(/\s+/).slice(-2).join(' ');
  return WORDS.find(([, pattern]) => pattern.test(ending))?.[0] ?? 'plain';
}

export function isCriteria(topic: Topic): topic is CriteriaTopic {
  return (CRITERIA as readonly Topic[]).includes(topic);
}

/** Topics a section hands down to sections below it that say nothing of their own. */
export function handsDown(topic: Topic): boolean {
  return topic !== 'plain' && topic !== 'scope' && topic !== 'contents';
}

/** Whether a heading or label speaks of every phase: *Each phase must meet these criteria before the next*. */
export function asksEveryPhase(text: string): boolean {
  return /\b(?:each|every|all(?: of)?(?: the)?|per) phases?\b|^phase exit criteria\b/i.test(text.trim());
}
