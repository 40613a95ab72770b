import { createHash } from 'node:crypto';
import { escapeText } from './html.js';
import { style } from './style.js';

/** What {@link renderPage} makes a page of. */
export interface PageOptions {
  readonly title: string;
  /** HTML of the page's content. */
  readonly body: string;
  /** A script that runs at the end of the page; the page must be readable without. */
  readonly script?: string;
  /** Sources of sound and video that the content policy allows, such as `blob:`. Default: none. */
  readonly media?: readonly string[];
  /** Rules beside those that all reports share. */
  readonly style?: string;
}

/**
 * A whole HTML file for screens, phones and paper. It needs nothing else, and its content policy lets a browser load
 * nothing from elsewhere and run only `script`.
 */
export function renderPage({ title, body, script = '', style: ownStyle = '', media = [] }: PageOptions): string {
  const scriptSource = `'sha256-${createHash('sha256').update(script).digest('base64')}'`;
  const policy = [
    "default-src 'none'",
    'img-src data:',
    "style-src 'unsafe-inline'",
    ...(media.length === 0 ? [] : [`media-src ${media.join(' ')}`]),
    ...(script === '' ? [] : [`script-src ${scriptSource}`]),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy.join('; ')}">
<title>${escapeText(title)}</title>
<style>${style}${ownStyle}</style>
</head>
<body>
<main>
${body}
</main>
${script === '' ? '' : `<script>${script}</script>`}
</body>
</html>
`;
}
