/** Files that come with the program. This file stays at the root of `src`, so that the path also holds in `dist`. */
export const assetsFolder = new URL('../assets/', import.meta.url);
