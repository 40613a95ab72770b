const blocks = '▁▂▃▄▅▆▇█';

/**
 * Values as a line of blocks, each the mean of its share of them, between the lowest and the highest of these means; by
 * their logarithms if all are above 0 and spread over more than a factor of ten. Values that are not finite are left out.
 */
export function sparkline(values: readonly number[], width: number): string {
  const finite = values.filter(Number.isFinite);
  const count = Math.min(width, finite.length);
  const means = Array.from({ length: count }, (_, i) => {
    const part = finite.slice(Math.floor((i * finite.length) / count), Math.floor(((i + 1) * finite.length) / count));
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
  const isWide = Math.min(...means) > 0 && Math.max(...means) / Math.min(...means) > 10;
  const heights = isWide ? means.map(Math.log) : means;
  const [low, high] = [Math.min(...heights), Math.max(...heights)];
  return heights
    .map(
      (height) => blocks[Math.min(blocks.length - 1, Math.floor(((height - low) / (high - low || 1)) * blocks.length))],
    )
    .join('');
}

/** A bar of `width` characters of which `share` (0..1) is full. */
export function bar(share: number, width: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * width);
  return '━'.repeat(full) + '─'.repeat(width - full);
}
