import { useEffect, useState } from 'react';
import { CheckIcon, CopyIcon } from './icons.tsx';

/** A button that puts a text on the clipboard and says so. Without children it is an icon alone. */
export function CopyButton({ text, name, children }: { text: string; name: string; children?: string }) {
  const [outcome, setOutcome] = useState<'copied' | 'failed'>();
  useEffect(() => {
    if (outcome === undefined) return;
    const timer = setTimeout(() => setOutcome(undefined), 2_000);
    return () => clearTimeout(timer);
  }, [outcome]);
  const said = { copied: `Copied ${name}`, failed: `Your browser blocked copying` };
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

/**
 * Puts a text on the clipboard; false where the browser does not let it. The clipboard's own interface exists only on
 * pages that came over HTTPS, which a Buildhub inside a company may not.
 */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea');
  area.value = text;
  area.style.position = 'fixed';
  area.style.opacity = '0';
  const focused = document.activeElement;
  document.body.append(area);
  area.select();
  try {
    return document.execCommand('copy');
  } finally {
    area.remove();
    if (focused instanceof HTMLElement) focused.focus();
  }
}
