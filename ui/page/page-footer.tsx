/** The footer of every page. */
export function PageFooter() {
  return (
    <footer className="page-footer">
      <p>Buildhub: metadata of every build of Firefox, Thunderbird and the other products of Mozilla.</p>
      <ul>
        <li>
          <a href="/docs">Documentation</a>
        </li>
        <li>
          <a href="/api/docs">API</a>
        </li>
      </ul>
    </footer>
  );
}
