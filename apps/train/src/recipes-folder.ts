/** The recipes of this package. This file stays at the root of `src`, so that the path also holds in `dist`. */
export const recipesFolder = new URL('../recipes/', import.meta.url);
