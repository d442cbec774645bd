import { CheckIcon, CopyIcon } from './icons.tsx';
import { useExpiring } from './use-expiring.ts';

interface CopyButtonProps {
  /** Undefined while it is being loaded. */
  readonly text: string | undefined;
  readonly name: string;
  readonly children?: string;
}

/** A button that copies a text to the clipboard and says so. Without children it is only an icon. */
export function CopyButton({ text, name, children }: CopyButtonProps) {
  const [outcome, setOutcome] = useExpiring<'copied' | 'failed'>(2_000);
  return (
    <>
      <button
        type="button"
        className={children === undefined ? 'icon-button copy' : 'button'}
        aria-label={children === undefined ? `Copy ${name}` : undefined}
        title={`Copy ${name}`}
        disabled={text === undefined}
        onClick={async () => setOutcome((await copyText(text ?? '')) ? 'copied' : 'failed')}
      >
        {outcome === 'copied' ? <CheckIcon /> : <CopyIcon />}
        {children !== undefined && <span>{outcome === 'copied' ? 'Copied' : children}</span>}
      </button>
      <span className={outcome === 'failed' ? 'toast' : 'visually-hidden'} role="status">
        {outcome && (outcome === 'copied' ? `Copied ${name}` : 'Your browser blocked copying')}
      </span>
    </>
  );
}

/** Copies a text; false if the browser refuses. The clipboard interface exists only on HTTPS and on this machine. */
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
  // A menu closes when the focus leaves it.
  (focused?.parentElement ?? document.body).append(area);
  area.select();
  try {
    return document.execCommand('copy');
  } finally {
    area.remove();
    if (focused instanceof HTMLElement) focused.focus();
  }
}
