import { Loader } from '@mantine/core';
import { IconBook2 } from '@tabler/icons-react';

/** Before anything can be shown: whose window this is, and that it is on its way. */
export function Opening({ step }: { step: string }) {
  return (
    <main className="opening loading">
      <IconBook2 size={34} stroke={1.4} aria-hidden="true" />
      <h1>Bindery</h1>
      <p className="quiet" role="status">
        {step}
      </p>
      <Loader size={18} type="dots" aria-hidden="true" />
    </main>
  );
}
