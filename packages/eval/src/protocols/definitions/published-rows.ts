import type { ProtocolInput } from '../../evaluation/protocol-schema.js';

type Published = NonNullable<ProtocolInput['published']>[number];

/**
 * Rows of a published table.
 * @param columns Names of the protocol's metrics; values of a row are in their order, null where the table says nothing.
 */
export function publishedTable(
  source: string,
  columns: readonly string[],
  rows: Readonly<Record<string, readonly (number | null)[]>>,
  differences: readonly string[] = [],
): Published {
  return {
    source,
    rows: Object.entries(rows).map(([method, values]) => ({
      method,
      values: Object.fromEntries(
        columns.flatMap((column, i) => (typeof values[i] === 'number' ? [[column, values[i]] as const] : [])),
      ),
    })),
    differences: [...differences],
  };
}
