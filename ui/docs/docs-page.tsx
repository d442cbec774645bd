import { Marked } from 'marked';
import { LoadedSection, useLoaded } from '../build-page/loaded-section.tsx';
import { PageFrame, ScrollToHash } from '../page/page-frame.tsx';
import './docs.css';

/**
 * A page of the documentation, made from its Markdown, beside the list of all pages.
 *
 * @param name of the file without its ending; README is the list itself
 */
export function DocsPage({ name }: { name: string }) {
  const loaded = useLoaded(name, async () => {
    const [index, page] = await Promise.all([getMarkdown('README'), getMarkdown(name)]);
    return { index, page };
  });
  const [, title = 'Documentation'] =
    loaded.state === 'done' ? (/^# (.+)$/m.exec(loaded.value.page) ?? []) : [];
  return (
    <PageFrame title={title} skip={['Skip to the text', 'text']}>
      <main className="page docs">
        <LoadedSection title="Documentation" loaded={loaded}>
          {({ index, page }) => (
            <>
              <ScrollToHash />
              <nav className="docs-nav" aria-label="Documentation" {...html(linksOnly(index), name)} />
              <article id="text" tabIndex={-1} className="docs-text" {...html(page, name)} />
            </>
          )}
        </LoadedSection>
      </main>
    </PageFrame>
  );
}

async function getMarkdown(name: string): Promise<string> {
  const request = { signal: AbortSignal.timeout(20_000) };
  const response = await fetch(`/docs/${name}.md`, request).catch((cause: unknown) => {
    throw new Error("Can't reach the server. Check your connection.", { cause });
  });
  if (response.status === 404) throw new Error(`There is no page “${name}” in the documentation.`);
  if (!response.ok) throw new Error(`The server responded with status ${response.status}.`);
  return await response.text();
}

/** Headings and links of the index, without what it says about each page. */
function linksOnly(index: string): string {
  return index
    .split('\n')
    .filter((line) => /^(##|- \[)/.test(line))
    .map((line) => line.replace(/\).*$/, ')'))
    .join('\n');
}

/** The text is this project's own, and the page's policy runs no script that it could hold. */
function html(markdown: string, name: string) {
  return { dangerouslySetInnerHTML: { __html: toHtml(markdown, name) } };
}

function toHtml(markdown: string, name: string): string {
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth, text }) {
        return `<h${depth} id="${anchorOf(text)}">${this.parser.parseInline(tokens)}</h${depth}>`;
      },
      link({ href, tokens }) {
        // A file that is not a page is in the repository only.
        if (href.startsWith('../')) return this.parser.parseInline(tokens);
        const address = addressOf(href);
        const isHere = address === `/docs/${name}`;
        return `<a href="${address}"${isHere ? ' aria-current="page"' : ''}>${this.parser.parseInline(tokens)}</a>`;
      },
      // A wide table scrolls on its own, also by keyboard.
      table({ header, rows }) {
        const row = (cells: typeof header, tag: string) =>
          `<tr>${cells.map(({ tokens }) => `<${tag}>${this.parser.parseInline(tokens)}</${tag}>`).join('')}</tr>`;
        return `<div class="scroll-frame" role="group" aria-label="Table" tabindex="0"><table class="grid"><thead>${row(header, 'th')}</thead><tbody>${rows.map((cells) => row(cells, 'td')).join('')}</tbody></table></div>`;
      },
      image: ({ href, text }) => `<img src="/docs/${href}" alt="${text}">`,
    },
  });
  return marked.parse(markdown, { async: false });
}

/** As GitHub makes the anchor of a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 _-]/g, '')
    .replaceAll(' ', '-');
}

/** Where a link of a Markdown file leads on this server. */
function addressOf(href: string): string {
  if (/^(https?:|#|\/)/.test(href)) return href;
  return `/docs/${href.replace(/\.md(?=#|$)/, '')}`;
}
