// Every symbol that a published package exports has a docblock, and the TypeScript examples in Markdown files compile.
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { documents, publicPackages, report, root } from './workspace.mjs';

const configFile = join(root, 'tsconfig.json');
const { config } = ts.readConfigFile(configFile, ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, dirname(configFile));

/** Import path to source file of every entry point in the packages' `exports`. */
const entries = new Map(
  publicPackages().flatMap(({ folder, manifest }) =>
    Object.entries(manifest.exports ?? {})
      .filter(([, target]) => typeof target['@vosvfi/source'] === 'string')
      .map(([path, target]) => [manifest.name + path.slice(1), join(folder, target['@vosvfi/source'])]),
  ),
);

/** Examples by the name of a file that exists for the compiler only; where each stands in its document. */
const examples = new Map();
for (const document of documents()) {
  const text = readFileSync(join(root, document), 'utf8');
  for (const match of text.matchAll(/^```ts\n([\s\S]*?)^```/gm)) {
    const line = text.slice(0, match.index).split('\n').length + 1;
    examples.set(join(root, `example-${examples.size}.ts`), { document, line, code: match[1] });
  }
}

const host = ts.createCompilerHost(options);
const { fileExists, readFile, getSourceFile } = host;
host.fileExists = (file) => examples.has(file) || fileExists(file);
host.readFile = (file) => examples.get(file)?.code ?? readFile(file);
host.getSourceFile = (file, target, ...rest) => {
  const example = examples.get(file);
  return example === undefined
    ? getSourceFile(file, target, ...rest)
    : ts.createSourceFile(file, example.code, target, true);
};
const paths = Object.fromEntries([...entries].map(([name, source]) => [name, [source]]));
const program = ts.createProgram([...entries.values(), ...examples.keys()], { ...options, paths }, host);
const checker = program.getTypeChecker();

/** Public symbols without a docblock. Symbols of other projects that are passed on do not count. */
function undocumented() {
  const problems = new Set();
  for (const entry of entries.values()) {
    const module = checker.getSymbolAtLocation(program.getSourceFile(entry));
    // An entry that exports nothing is a script to the compiler.
    if (module === undefined) continue;
    for (const exported of checker.getExportsOfModule(module)) {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      const declaration = symbol.declarations?.find(
        (node) => !node.getSourceFile().fileName.includes('/node_modules/'),
      );
      if (declaration === undefined || symbol.getDocumentationComment(checker).length > 0) continue;
      const source = declaration.getSourceFile();
      const { line } = source.getLineAndCharacterOfPosition(declaration.getStart());
      problems.add(`${relative(root, source.fileName)}:${line + 1}: ${exported.name} is public and has no docblock`);
    }
  }
  return [...problems].sort();
}

/** Type errors of the examples, at their place in the document. */
function wrongExamples() {
  return [...examples].flatMap(([file, { document, line }]) =>
    ts.getPreEmitDiagnostics(program, program.getSourceFile(file)).map(({ messageText, file: source, start }) => {
      const within = source?.getLineAndCharacterOfPosition(start ?? 0).line ?? 0;
      return `${document}:${line + within}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    }),
  );
}

report([...undocumented(), ...wrongExamples()]);
