/** Milliseconds after which somebody at a terminal wonders. */
const patience = 1_500;

/**
 * Waits for something, and says on standard error what that is, once, where it takes longer than one and a half seconds.
 *
 * @param text what is waited for, and for how long
 */
export async function sayIfSlow<T>(awaited: Promise<T>, text: string): Promise<T> {
  const timer = setTimeout(() => process.stderr.write(`buildhub: ${text}\n`), patience);
  try {
    return await awaited;
  } finally {
    clearTimeout(timer);
  }
}
