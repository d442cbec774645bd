import { useEffect, useState } from 'react';
import { copyText } from './copy-text.ts';
import { CheckIcon, CopyIcon } from './icons.tsx';

/** A button that puts a text on the clipboard and says so. Without children it is an icon alone. */
export function CopyButton({ text, name, children }: { text: string; name: string; children?: string }) {
  const [outcome, setOutcome] = useState<'copied' | 'failed'>();
  useEffect(() => {
    if (outcome === undefined) return;
    const timer = setTimeout(() => setOutcome(undefined), 2_000);
    return () => clearTimeout(timer);
  }, [outcome]);
  const said = { copied: `Copied ${name}`, failed: `The browser does not allow copying` };
  return (
    <>
      <button
        type="button"
        className={children === undefined ? 'icon-button copy' : 'button'}
        aria-label={children === undefined ? `Copy ${name}` : undefined}
        title={`Copy ${name}`}
        onClick={async () => setOutcome((await copyText(text)) ? 'copied' : 'failed')}
      >
        {outcome === 'copied' ? <CheckIcon /> : <CopyIcon />}
        {children !== undefined && <span>{outcome === 'copied' ? 'Copied' : children}</span>}
      </button>
      <span className="visually-hidden" role="status">
        {outcome && said[outcome]}
      </span>
    </>
  );
}
