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

/**
 * What a published table says about single sequences.
 * @param column Name of the protocol's metric.
 * @param values By the sequence's name.
 */
export function publishedItems(
  source: string,
  method: string,
  column: string,
  values: Readonly<Record<string, number>>,
): Published {
  const rows = Object.entries(values).map(([item, value]) => ({ method, item, values: { [column]: value } }));
  return { source, rows, differences: [] };
}
