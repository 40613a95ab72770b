// Every symbol that a published package exports has a docblock.
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { publicPackages, report, root } from './workspace.mjs';

/** Source files of the entry points in package.json's `exports`. */
function entriesOf({ folder, manifest }) {
  return Object.values(manifest.exports ?? {})
    .map((target) => target['@vosvfi/source'])
    .filter((source) => typeof source === 'string')
    .map((source) => join(folder, source));
}

const configFile = join(root, 'tsconfig.json');
const { config } = ts.readConfigFile(configFile, ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, dirname(configFile));
const entries = publicPackages().flatMap(entriesOf);
const program = ts.createProgram(entries, options);
const checker = program.getTypeChecker();

const ours = (declaration) => !declaration.getSourceFile().fileName.includes('/node_modules/');
const problems = new Set();
for (const entry of entries) {
  const module = checker.getSymbolAtLocation(program.getSourceFile(entry));
  // An entry that exports nothing yet is a script to the compiler.
  if (module === undefined) continue;
  for (const exported of checker.getExportsOfModule(module)) {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const declaration = symbol.declarations?.find(ours);
    if (declaration === undefined || symbol.getDocumentationComment(checker).length > 0) continue;
    const source = declaration.getSourceFile();
    const { line } = source.getLineAndCharacterOfPosition(declaration.getStart());
    problems.add(`${relative(root, source.fileName)}:${line + 1}: ${exported.name} is public and has no docblock`);
  }
}
report([...problems].sort());
