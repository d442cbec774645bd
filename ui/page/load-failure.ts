/**
 * Says that a part of the page did not arrive, without any of it: the network is away, or the HTML was kept from a
 * version whose files are gone, which loading it again gets over.
 */
export function showLoadFailure(error: unknown): void {
  const message = document.createElement('section');
  message.className = 'message failure';
  message.role = 'alert';
  const title = document.createElement('h1');
  title.textContent = 'This page could not be loaded';
  const reason = document.createElement('p');
  reason.textContent = error instanceof Error ? error.message : String(error);
  const again = document.createElement('button');
  again.type = 'button';
  again.className = 'button primary';
  again.textContent = 'Load it again';
  again.addEventListener('click', () => window.location.reload());
  message.append(title, reason, again);
  const main = document.createElement('main');
  document.getElementById('root')?.replaceChildren(main);
  main.append(message);
}
