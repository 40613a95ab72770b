// Relative links of the Markdown files lead to files that exist, and their anchors to headings.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { documents, report, root } from './workspace.mjs';

/** Markdown without code, where brackets mean something else. */
const prose = (text) => text.replace(/^(```|~~~)[\s\S]*?^\1/gm, '').replace(/`[^`\n]*`/g, '');

/** Anchors of a document's headings, as GitHub makes them. */
function anchorsOf(file) {
  const seen = new Map();
  const headings = [
    ...readFileSync(file, 'utf8')
      .replace(/^(```|~~~)[\s\S]*?^\1/gm, '')
      .matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm),
  ];
  return headings.map(([, heading]) => {
    const slug = heading
      .toLowerCase()
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
}

/** What is wrong with one link of `file`, or undefined. */
function problemOf(file, link) {
  const [path, anchor] = link.split('#');
  const target = path === '' ? join(root, file) : resolve(root, dirname(file), decodeURI(path));
  if (!target.startsWith(root)) return `${file}: ${link} leaves the repository`;
  if (!existsSync(target)) return `${file}: ${link} does not exist`;
  if (anchor === undefined || statSync(target).isDirectory() || !target.endsWith('.md')) return undefined;
  return anchorsOf(target).includes(anchor) ? undefined : `${file}: ${link} names no heading`;
}

const problems = documents().flatMap((file) =>
  [...prose(readFileSync(join(root, file), 'utf8')).matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)]
    .map(([, link]) => link)
    .filter((link) => !/^[a-z][a-z0-9+.-]*:/i.test(link))
    .map((link) => problemOf(file, link))
    .filter((problem) => problem !== undefined),
);
report(problems);
