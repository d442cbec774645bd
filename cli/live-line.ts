/** One line about something that goes on. */
export interface LiveLine {
  /** Renews the line on a terminal at once; elsewhere, as in the log of a CI job, writes a line now and then. */
  show(text: string): void;
  /** Shows the text for good. */
  end(text: string): void;
}

/** Milliseconds between two lines where there is no terminal. */
const plainInterval = 5_000;

/** A line on standard error, so that standard output has the result alone. */
export function createLiveLine(output: NodeJS.WriteStream = process.stderr): LiveLine {
  let shown = 0;
  const write = (text: string, isEnd: boolean) => {
    if (!output.isTTY) {
      output.write(`${text}\n`);
      return;
    }
    const room = (output.columns ?? 80) - 1;
    output.write(`\r\x1b[K${text.slice(0, isEnd ? undefined : room)}${isEnd ? '\n' : ''}`);
  };
  return {
    show(text) {
      if (!output.isTTY && Date.now() - shown < plainInterval) return;
      shown = Date.now();
      write(text, false);
    },
    end: (text) => write(text, true),
  };
}

/** `[########------------]  40.0 %`; nothing where the share is not known. */
export function progressBar(share: number | undefined, width = 20): string {
  if (share === undefined) return '';
  const filled = Math.round(Math.min(1, Math.max(0, share)) * width);
  return `[${'#'.repeat(filled)}${'-'.repeat(width - filled)}] ${(share * 100).toFixed(1).padStart(5)} % `;
}
