import { escapeHtml } from '../html/escape-html.ts';

/** XML that is complete in itself. */
export class Xml {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML 1.0 cannot hold in any form
const NOT_IN_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** An element; texts among its children and its attributes are escaped, and what XML cannot hold becomes U+FFFD. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | undefined>> = {},
  ...children: readonly (Xml | string | undefined)[]
): Xml {
  const written = Object.entries(attributes).flatMap(([attribute, value]) =>
    value === undefined ? [] : [` ${attribute}="${escapeXml(value)}"`],
  );
  const content = children
    .map((child) => (child instanceof Xml ? child.text : escapeXml(child ?? '')))
    .join('');
  return new Xml(`<${name}${written.join('')}${content === '' ? '/>' : `>${content}</${name}>`}`);
}

function escapeXml(text: string): string {
  return escapeHtml(text.toWellFormed().replace(NOT_IN_XML, '\ufffd'));
}
