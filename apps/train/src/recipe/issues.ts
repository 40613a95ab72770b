import { suggestion } from '@vosvfi/core';
import { z } from 'zod';

type Issue = z.core.$ZodIssue;
type JsonSchema = z.core.JSONSchema._JSONSchema;

/** `optimizer.betas[1]` */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i === 0 ? '' : '.'}${String(key)}`)).join('');
}

/** The schema's branches for what is at `path` of `data`. */
function nodesAt(schema: z.ZodType, path: readonly PropertyKey[], data: unknown): z.core.JSONSchema.BaseSchema[] {
  let nodes = variants(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), data);
  let value = data;
  for (const key of path) {
    value = isRecord(value) || Array.isArray(value) ? (value as Record<PropertyKey, unknown>)[key] : undefined;
    nodes = nodes.flatMap((node) => {
      const next = typeof key === 'number' ? node.items : node.properties?.[String(key)];
      return isSchemaObject(next) ? variants(next, value) : [];
    });
  }
  return nodes;
}

function knownKeys(schema: z.ZodType, path: readonly PropertyKey[], data: unknown): string[] {
  return [...new Set(nodesAt(schema, path, data).flatMap((node) => Object.keys(node.properties ?? {})))];
}

/** The words a discriminator at `path` can be. */
function knownWords(schema: z.ZodType, path: readonly PropertyKey[], data: unknown): string[] {
  const key = String(path.at(-1));
  const words = nodesAt(schema, path.slice(0, -1), data).map((node) => {
    const property = node.properties?.[key];
    return isSchemaObject(property) ? property.const : undefined;
  });
  return [...new Set(words.filter((word) => word !== undefined).map(String))];
}

/** The branches of a union that fit the data's discriminators (all of them if none does). */
function variants(schema: JsonSchema, data: unknown): z.core.JSONSchema.BaseSchema[] {
  if (!isSchemaObject(schema)) return [];
  const branches = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  if (branches.length === 0) return [schema];
  const nodes = branches.flatMap((branch) => variants(branch, data));
  const fitting = nodes.filter((node) =>
    Object.entries(node.properties ?? {}).every(([key, property]) => {
      if (!isSchemaObject(property) || property.const === undefined) return true;
      return isRecord(data) && data[key] === property.const;
    }),
  );
  return fitting.length > 0 ? fitting : nodes;
}

function isSchemaObject(schema: unknown): schema is z.core.JSONSchema.BaseSchema {
  return isRecord(schema);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    data,
  );
}

function expectedWords(words: readonly string[], found: unknown): string {
  const hint = typeof found === 'string' ? suggestion(found, words) : '';
  return `expected ${words.map((word) => `"${word}"`).join(' or ')}, found ${show(found)}. ${hint}`.trimEnd();
}

/** One problem in words: path (the recipe's field), and what was expected and found there. */
export interface RecipeProblem {
  readonly path: readonly PropertyKey[];
  readonly text: string;
}

/** Zod's issues as {@link RecipeProblem}s: an unknown key each, with the known ones; a wrong value with what was expected. */
export function describeIssues(schema: z.ZodType, data: unknown, issues: readonly Issue[]): RecipeProblem[] {
  return issues.flatMap((issue): RecipeProblem[] => {
    const found = valueAt(data, issue.path);
    if (issue.code === 'unrecognized_keys') {
      const known = knownKeys(schema, issue.path, data);
      return issue.keys.map((key) => ({
        path: [...issue.path, key],
        text: `unknown key. ${`${suggestion(key, known)} Known here: ${known.join(', ')}.`.trimStart()}`,
      }));
    }
    if (issue.code === 'invalid_value') {
      return [{ path: issue.path, text: expectedWords(issue.values.map(String), found) }];
    }
    if (issue.code === 'invalid_type') {
      return [{ path: issue.path, text: `expected ${issue.expected}, found ${show(found)}.` }];
    }
    if (issue.code === 'invalid_union' && issue.errors.length === 0) {
      return [{ path: issue.path, text: expectedWords(knownWords(schema, issue.path, data), found) }];
    }
    if (issue.code === 'invalid_union') {
      const alternatives = issue.errors.map((errors) => errors[0]?.message ?? '').filter((text) => text !== '');
      return [{ path: issue.path, text: `found ${show(found)}; ${[...new Set(alternatives)].join(', or ')}.` }];
    }
    const text = issue.message.replace(/^Invalid input: /, '');
    return [{ path: issue.path, text: `${text}, found ${show(found)}.` }];
  });
}
