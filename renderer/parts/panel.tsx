import { type ReactNode, useId } from 'react';

/** A sheet of paper on the desk with a heading and, at its right, a word about it. */
export function Panel(props: {
  title: string;
  aside?: ReactNode;
  children: ReactNode;
  /** Content goes to the edges, for tables. */
  flush?: boolean;
  className?: string;
}) {
  const heading = useId();
  return (
    <section className={`panel ${props.className ?? ''}`} aria-labelledby={heading}>
      <header className="panel-head">
        <h2 id={heading}>{props.title}</h2>
        {props.aside && <div className="panel-aside">{props.aside}</div>}
      </header>
      <div className={props.flush ? 'panel-flush' : 'panel-body'}>{props.children}</div>
    </section>
  );
}

/** A smaller heading inside a panel or a dossier. */
export function Section(props: {
  title: string;
  aside?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  const heading = useId();
  return (
    <section className={`section ${props.className ?? ''}`} aria-labelledby={heading}>
      <header className="section-head">
        <h3 id={heading}>{props.title}</h3>
        {props.aside && <div className="panel-aside">{props.aside}</div>}
      </header>
      {props.children}
    </section>
  );
}
