import { useEffect } from 'react';

/** Gives whatever is cut short where the pointer rests its whole text as a tooltip. */
export function useCutTitles(): void {
  useEffect(() => {
    const rest = ({ target }: PointerEvent) => {
      if (!(target instanceof Element)) return;
      const place = target.closest<HTMLElement>('.cut, .preview-name, .review-place, [role="gridcell"]');
      if (!place || (place.title !== '' && place.dataset.cut === undefined)) return;
      place.dataset.cut = '';
      place.title = place.scrollWidth > place.clientWidth ? (place.textContent ?? '') : '';
    };
    document.addEventListener('pointerover', rest);
    return () => document.removeEventListener('pointerover', rest);
  }, []);
}
