import { useEffect, useState } from 'react';

const SIGNS_OF_LIFE = ['pointerdown', 'pointermove', 'keydown', 'wheel'] as const;
const TICK_MS = 10_000;

/** Counts down while nobody touches anything; null when it never locks. */
export function useIdleLock(minutes: number, lock: () => void): number | null {
  const [left, setLeft] = useState<number | null>(minutes > 0 ? minutes : null);
  useEffect(() => {
    if (minutes <= 0) {
      setLeft(null);
      return;
    }
    let last = Date.now();
    const alive = () => {
      last = Date.now();
    };
    const tick = () => {
      const rest = minutes * 60_000 - (Date.now() - last);
      if (rest <= 0) lock();
      else setLeft(Math.ceil(rest / 60_000));
    };
    for (const sign of SIGNS_OF_LIFE) window.addEventListener(sign, alive, { passive: true });
    const timer = setInterval(tick, TICK_MS);
    tick();
    return () => {
      clearInterval(timer);
      for (const sign of SIGNS_OF_LIFE) window.removeEventListener(sign, alive);
    };
  }, [minutes, lock]);
  return left;
}
