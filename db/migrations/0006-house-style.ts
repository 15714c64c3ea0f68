/** Frozen. How an organisation wants its binders to look. */
export const number = 6;
export const name = 'house style';
export const sql = `ALTER TABLE workspace ADD COLUMN house TEXT;`;
