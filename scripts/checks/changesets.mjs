// The pending changesets can be read, name packages that exist, and give every unreleased package its first release.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import getReleasePlan from '@changesets/get-release-plan';
import { publicPackages, report, root } from './workspace.mjs';

const plan = await (getReleasePlan.default ?? getReleasePlan)(root);
const released = new Set(plan.releases.map(({ name }) => name));
const problems = publicPackages()
  .filter(({ folder, manifest }) => !existsSync(join(folder, 'CHANGELOG.md')) && !released.has(manifest.name))
  .map(({ manifest }) => `${manifest.name} was never released and no changeset names it: run \`pnpm changeset\``);
report(problems);
