/** One JSON value on stdout, for programs. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Lines on stdout, for people. */
export function printLines(lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${line.trimEnd()}\n`).join(''));
}

/** Rows as lines with aligned columns; the first row is the head. */
export function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
}

/** `2,803,610`. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** `0.5` or `0.125, 0.25, ...`. */
export function formatTimes(times: readonly number[] | 'any'): string {
  return times === 'any' ? times : times.map(String).join(', ');
}
