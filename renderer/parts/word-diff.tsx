import { Fragment } from 'react';
import { diffWords } from './diff-words.ts';

/** Two texts as one: what went is struck through, what came is underlined. */
export function WordDiff({ before, after }: { before: string; after: string }) {
  let at = 0;
  return (
    <span className="word-diff">
      {diffWords(before, after).map((piece) => {
        const key = `${piece.kind}-${at}`;
        at += piece.text.length;
        if (piece.kind === 'same') return <Fragment key={key}>{piece.text}</Fragment>;
        return piece.kind === 'gone' ? <del key={key}>{piece.text}</del> : <ins key={key}>{piece.text}</ins>;
      })}
    </span>
  );
}
