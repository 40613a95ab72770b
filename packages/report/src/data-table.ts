import { escapeText } from './html.js';

/** A cell of a {@link dataTable}: a text, or more about it. */
export type Cell =
  | string
  | {
      readonly text: string;
      /** What the column is sorted by; default: the text. Rows with `null` stay last. */
      readonly sort?: number | string | null;
      /** Printed bold. */
      readonly isBest?: boolean;
    };

/** A column of a {@link dataTable}. */
export interface Column {
  readonly title: string;
  /** Beneath the title in soft print, for example a unit. */
  readonly note?: string;
  /** Words are flush left. Default: numbers, flush right. */
  readonly isText?: boolean;
  /** Where sorting begins. Default: numbers from the highest, words from A. */
  readonly sortFrom?: 'lowest' | 'highest';
}

/** Rows that stay together when a table is sorted. */
export interface RowGroup {
  /** Stands above the rows; left out if undefined. */
  readonly title?: string;
  readonly rows: readonly (readonly Cell[])[];
}

/** What {@link dataTable} shows. */
export interface DataTableOptions {
  /** What the table is, for those who cannot see it. */
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly groups: readonly RowGroup[];
  /** Heads become buttons where {@link sortScript} runs; rows are sorted within their groups. Default true. */
  readonly isSortable?: boolean;
}

/** Tables of no more rows than this stay on one page of paper. */
const rowsOfPage = 12;
/** Words of no more characters are not broken where there is room. */
const wholeLength = 28;

/** A table that scrolls by itself where the page is narrow; the first cell of a row heads it. */
export function dataTable({ caption, columns, groups, isSortable = true }: DataTableOptions): string {
  const rowCount = groups.reduce((sum, { rows }) => sum + rows.length, 0);
  const head = columns.map(({ title, note, isText, sortFrom = isText ? 'lowest' : 'highest' }) => {
    const soft = note === undefined || note === '' ? '' : ` <span class="note">${escapeText(note)}</span>`;
    const order = isSortable ? ` data-sort-from="${sortFrom}"` : '';
    return `<th scope="col"${isText ? ' class="text"' : ''}${order}><span class="title">${escapeText(title)}</span>${soft}</th>`;
  });
  const bodies = groups.map(({ title, rows }) => {
    const heading =
      title === undefined
        ? ''
        : `<tr class="group"><th scope="rowgroup" colspan="${columns.length}"><span>${escapeText(title)}</span></th></tr>`;
    return `<tbody>${heading}${rows.map((row) => tableRowOf(row, columns)).join('\n')}</tbody>`;
  });
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escapeText(caption)}"><table class="data${rowCount <= rowsOfPage ? ' short' : ''}"${isSortable ? ' data-sortable' : ''}>
<caption class="hidden">${escapeText(caption)}</caption>
<thead><tr>${head.join('')}</tr></thead>
${bodies.join('\n')}
</table></div>`;
}

function tableRowOf(row: readonly Cell[], columns: readonly Column[]): string {
  const cells = row.map((cell, i) => {
    const { text, sort = undefined, isBest = false } = typeof cell === 'string' ? { text: cell } : cell;
    const key = sort === undefined ? '' : ` data-sort="${sort === null ? '' : escapeText(String(sort))}"`;
    const content = isBest ? `<strong>${escapeText(text)}</strong>` : escapeText(text);
    const classes = [...(columns[i]?.isText ? ['text'] : []), ...(text.length <= wholeLength ? ['whole'] : [])];
    const own = i === 0 || columns[i]?.isText ? ` class="${classes.join(' ')}"` : '';
    return i === 0 ? `<th scope="row"${own}${key}>${content}</th>` : `<td${own}${key}>${content}</td>`;
  });
  return `<tr>${cells.join('')}</tr>`;
}

/** Makes the heads of sortable tables buttons. Each click turns the order around. */
export const sortScript = `
for (const table of document.querySelectorAll('table[data-sortable]')) {
  const heads = [...table.tHead.rows[0].cells];
  const keyOf = (row, column) => {
    const cell = row.cells[column];
    const text = cell.dataset.sort ?? cell.textContent;
    return text === '' || text === '-' ? null : isNaN(text) ? text : Number(text);
  };
  const compare = (a, b) =>
    typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), 'en', { numeric: true });
  heads.forEach((head, column) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      const last = head.getAttribute('aria-sort');
      const isAscending = last === null ? head.dataset.sortFrom === 'lowest' : last === 'descending';
      for (const other of heads) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', isAscending ? 'ascending' : 'descending');
      for (const body of table.tBodies) {
        const rows = [...body.rows].filter((row) => !row.classList.contains('group'));
        const keyed = rows.map((row) => [keyOf(row, column), row]);
        keyed.sort(([a], [b]) => (a === null || b === null ? (a === null) - (b === null) : isAscending ? compare(a, b) : compare(b, a)));
        body.append(...keyed.map(([, row]) => row));
      }
    });
  });
}
`;
