import { ConfigError } from '@vosvfi/core';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';

/** A YAML file as plain data that remembers where each value stands. */
export interface RecipeDocument {
  /** File name for messages. */
  readonly file: string;
  readonly data: unknown;
  /** `file:line:column` of the value at `path`, or of the nearest thing around it that the file has. */
  locate(path: readonly PropertyKey[]): string;
}

/**
 * Parses YAML.
 * @throws ConfigError with line and column of a syntax error (repeated keys included).
 */
export function parseRecipeDocument(text: string, file: string): RecipeDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const position = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const [error] = document.errors;
  if (error !== undefined) {
    throw new ConfigError(position(error.pos[0]), `is not valid YAML: ${error.message}.`, { cause: error });
  }
  return {
    file,
    data: document.toJS({ maxAliasCount: 100 }) ?? {},
    locate: (path) => {
      const offset = nearestOffset(document, path);
      return offset === undefined ? file : position(offset);
    },
  };
}

function nearestOffset(document: Document.Parsed, path: readonly PropertyKey[]): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return undefined;
}
