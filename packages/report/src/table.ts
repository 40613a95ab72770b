import { escapeText } from './html.js';

/** A row of a table: the first text heads the row, the others are its cells; with `th`, all head columns. */
export function tableRow(tag: 'th' | 'td', texts: readonly string[]): string {
  const [first = '', ...others] = texts;
  const scope = tag === 'th' ? ' scope="col"' : '';
  const head = `<th scope="${tag === 'th' ? 'col' : 'row'}">${escapeText(first)}</th>`;
  return `<tr>${head}${others.map((text) => `<${tag}${scope}>${escapeText(text)}</${tag}>`).join('')}</tr>`;
}
