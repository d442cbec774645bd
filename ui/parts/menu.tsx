import { type ReactNode, useId, useRef, useState } from 'react';

interface MenuProps {
  readonly label: string;
  readonly icon: ReactNode;
  readonly isDisabled?: boolean;
  readonly children: ReactNode;
}

/** A button that opens a panel below it. Escape closes it, and so does anything that takes the focus elsewhere. */
export function Menu({ label, icon, isDisabled = false, children }: MenuProps) {
  const [isOpened, setOpen] = useState(false);
  const isOpen = isOpened && !isDisabled;
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  return (
    // Focusable, so that a click on plain text inside does not blur the menu and close it.
    // biome-ignore lint/a11y/noStaticElementInteractions: the events are those of the controls inside
    <div
      className="menu"
      tabIndex={-1}
      onBlur={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget)) setOpen(false);
      }}
      onKeyDown={({ key }) => {
        if (key !== 'Escape' || !isOpen) return;
        setOpen(false);
        button.current?.focus();
      }}
    >
      <button
        ref={button}
        type="button"
        className="button"
        aria-label={label}
        title={label}
        disabled={isDisabled}
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
      >
        {icon}
        <span className="menu-label">{label}</span>
      </button>
      <div id={id} className="menu-panel" hidden={!isOpen}>
        {isOpen && children}
      </div>
    </div>
  );
}
