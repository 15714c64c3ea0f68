/** Frozen. Where in its writer's chain an act of a programme stands. */
export const number = 9;
export const name = 'places of acts';
export const sql = `
ALTER TABLE programme_fact ADD COLUMN writer TEXT NOT NULL DEFAULT '';
ALTER TABLE programme_fact ADD COLUMN seq INTEGER NOT NULL DEFAULT 0;`;
