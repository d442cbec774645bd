import { expect, it } from 'vitest';
import { html, markdown } from './html.ts';

it('escapes texts, and nothing twice', () => {
  expect(
    html`<p title="${'"'}">${'<&>'} ${html`<b>${'<'}</b>`} ${['<', html`<i>`]} ${undefined}${false}${0}</p>`
      .text,
  ).toBe('<p title="&quot;">&lt;&amp;&gt; <b>&lt;</b> &lt;<i> 0</p>');
});

it('reads the little Markdown that there is', () => {
  expect(markdown('one `a<b` and\n\n**two** <i>').text).toBe(
    '<p>one <code>a&lt;b</code> and</p><p><strong>two</strong> &lt;i&gt;</p>',
  );
});
