/**
 * Progress of something countable: one line that renews itself on a terminal, and a plain line every five seconds
 * elsewhere, as in the log of a CI job.
 *
 * @param total how many there will be
 */
export function reportProgress(
  title: string,
  total: number,
  output: NodeJS.WriteStream = process.stderr,
): { update: (done: number) => void; end: () => void } {
  const began = Date.now();
  const interval = output.isTTY ? 100 : 5_000;
  let shown = output.isTTY ? 0 : began;
  let last = 0;
  const show = (end: boolean) => {
    const seconds = (Date.now() - began) / 1_000;
    const rate = seconds > 0 ? Math.round(last / seconds) : 0;
    const line = `${title}: ${last} of ${total} (${rate}/s, ${seconds.toFixed(0)} s)`;
    output.write(output.isTTY ? `\r\x1b[K${line}${end ? '\n' : ''}` : `${line}\n`);
  };
  return {
    update(done) {
      last = done;
      if (Date.now() - shown < interval) return;
      shown = Date.now();
      show(false);
    },
    end: () => show(true),
  };
}
