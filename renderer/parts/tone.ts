/** `none` is for what has not begun: it keeps its shape and word, without a ground of its own. */
export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'plain' | 'none';
