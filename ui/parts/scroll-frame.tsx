import type { ReactNode } from 'react';

interface ScrollFrameProps {
  readonly label: string;
  readonly isBusy?: boolean;
  readonly children: ReactNode;
}

/** A frame whose content scrolls sideways if it is too wide, by keyboard too. */
export function ScrollFrame({ label, isBusy = false, children }: ScrollFrameProps) {
  return (
    <section
      className="scroll-frame"
      aria-label={label}
      aria-busy={isBusy}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be within reach of the keyboard
      tabIndex={0}
    >
      {children}
    </section>
  );
}
