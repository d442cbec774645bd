import { useEffect, useRef } from 'react';

/**
 * Properties of an element that takes the focus when the control inside it that has the focus disappears: of that there is
 * no blur event, and people who use the keyboard would start again at the top of the page.
 */
export function useKeptFocus<Kind extends HTMLElement>() {
  const element = useRef<Kind>(null);
  const hasFocus = useRef(false);
  useEffect(() => {
    const { current } = element;
    if (!current) return;
    const observer = new MutationObserver(() => {
      if (hasFocus.current && document.activeElement === document.body)
        current.focus({ preventScroll: true });
    });
    observer.observe(current, { childList: true, subtree: true });
    return () => observer.disconnect();
  }, []);
  return {
    ref: element,
    tabIndex: -1,
    onFocus: () => {
      hasFocus.current = true;
    },
    onBlur: () => {
      hasFocus.current = false;
    },
  };
}
