/** Makes calls at the same time, and returns in how many turns of the event loop they end. */
export async function turnsOf(calls: number, call: () => Promise<unknown>): Promise<number> {
  let turn = 0;
  let isOver = false;
  const count = () => {
    turn++;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  const turnOf = async () => {
    await call();
    return turn;
  };
  try {
    return new Set(await Promise.all(Array.from({ length: calls }, turnOf))).size;
  } finally {
    isOver = true;
  }
}
