/** Frozen. Every new evidence asks whether its short reference is taken. */
export const number = 3;
export const name = 'evidence-reference';
export const sql = `
CREATE INDEX evidence_reference ON evidence (reference);`;
