/** A key shown where it works, small and grey. */
export function KeyHint({ keys, children }: { keys: string | readonly string[]; children?: string }) {
  const list = typeof keys === 'string' ? [keys] : keys;
  return (
    <span className="key-hint" aria-hidden="true">
      {list.map((key) => (
        <kbd key={key}>{key}</kbd>
      ))}
      {children}
    </span>
  );
}
