/** Colors of a page, by the names of their CSS variables. */
export type Palette = Readonly<
  Record<'ink' | 'soft' | 'line' | 'card' | 'page' | 'accent' | 'chosen' | 'mark', string>
> & {
  /** Of curves and dots; the hues are those of Okabe and Ito, which color-blind readers tell apart. */
  readonly series: readonly string[];
};

/**
 * Daylight and paper. Text has at least 4.5 times the luminance contrast that WCAG 2 defines to what is behind it, curves
 * and dots 3 times.
 */
export const lightPalette: Palette = {
  ink: '#1d2733',
  soft: '#556372',
  line: '#d9e0e7',
  card: '#ffffff',
  page: '#f4f6f8',
  accent: '#0069a6',
  chosen: '#e3eef6',
  mark: '#b3261e',
  series: ['#0072b2', '#d55e00', '#00906a', '#b8568c', '#2b95cf', '#b37a00', '#5a6878', '#8c564b'],
};

/** Night, with the same hues and contrasts. */
export const darkPalette: Palette = {
  ink: '#e3e9ef',
  soft: '#a3b1bf',
  line: '#36424e',
  card: '#1c242c',
  page: '#12181e',
  accent: '#6cbdec',
  chosen: '#1f3a4d',
  mark: '#ff8a80',
  series: ['#4a9fe0', '#ff8a3d', '#2ec795', '#e892c2', '#9bd7f7', '#f0b83c', '#b4c0cc', '#d59c8b'],
};

/** A palette as CSS declarations of variables. */
export function paletteVariables({ series, ...others }: Palette): string {
  const named = Object.entries(others).map(([name, color]) => `--${name}: ${color};`);
  return [...named, ...series.map((color, i) => `--series-${i + 1}: ${color};`)].join(' ');
}

/** Colors of series in charts; each follows the color scheme of the page. */
export const seriesColors: readonly string[] = lightPalette.series.map(
  (color, i) => `var(--series-${i + 1}, ${color})`,
);
