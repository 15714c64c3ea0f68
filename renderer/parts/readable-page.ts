import { readable } from '../../shared/domain/spell-out.ts';

/** Attributes that people read or hear. */
const SPOKEN = ['title', 'aria-label', 'alt', 'placeholder'] as const;

/**
 * Spells out, wherever it comes to stand on the page, whatever could make a text read other than it is stored: names
 * come from files, imports and other people's copies, and a list that one drawer forgot would be the one that lies.
 * It acts before the page is painted. What is drawn as a name goes through `readableName` besides, which marks more.
 */
export function keepReadable(root: Node): void {
  markIn(root);
  new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes) {
      if (type === 'childList') for (const node of addedNodes) markIn(node);
      else mark(target);
    }
  }).observe(root, {
    ...{ childList: true, characterData: true, subtree: true },
    attributeFilter: [...SPOKEN],
  });
}

function markIn(node: Node): void {
  mark(node);
  for (const child of node.childNodes) markIn(child);
}

function mark(node: Node): void {
  if (node instanceof Text) {
    const shown = readable(node.data);
    if (shown !== node.data) node.data = shown;
  } else if (node instanceof Element) {
    for (const name of SPOKEN) {
      const words = node.getAttribute(name);
      const shown = words === null ? null : readable(words);
      if (shown !== null && shown !== words) node.setAttribute(name, shown);
    }
  }
}
