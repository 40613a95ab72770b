import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { ConfigError, MediaError, writeFileAtomically } from '@vosvfi/core';
import { parseRational, type Rational, toNumber } from '@vosvfi/data';
import type { EvaluateStreams } from './streams.js';
import { analysisMarkdown, analysisText } from './study/analysis-text.js';
import { analyzeStudy } from './study/analyze.js';
import { makeStudy } from './study/make-study.js';
import { readAnswers, readStudy } from './study/read-study.js';

/** `vosvfi evaluate study`: a blind comparison of clips by people, and what they answered. */
export function studyCommand(streams: EvaluateStreams) {
  return new Command('study')
    .description('Make a page on which people compare clips of two or more methods without knowing which is which.')
    .option(
      '--method <name=folder...>',
      'two or more folders of clips (videos, or folders of frames) of the same names',
      named,
    )
    .option('-o, --output <folder>', 'where index.html (for participants) and study.json (for you) go')
    .option('--title <text>', 'heading of the page', 'Which clip is better?')
    .option(
      '--question <text>',
      'what is asked of every pair',
      'Which clip looks better: smoother and with fewer errors?',
    )
    .option('--seed <n>', 'draws ids, sides, order and checks', wholeNumber, 1)
    .addOption(
      new Option('--fps <rate>', 'frames a second of clips that are folders of frames')
        .argParser(frameRate)
        .default(parseRational('30'), '30'),
    )
    .option('--repeats <n>', 'how often every pair is shown', wholeNumber, 1)
    .option('--same <n>', 'attention checks that show one clip twice', wholeNumber, 1)
    .option('--damaged <n>', 'attention checks that show a spoilt clip', wholeNumber, 2)
    .option('--forced', 'do not offer "no difference" as an answer', false)
    .option('--embed-limit <MB>', 'clips go into the page up to this size together, else beside it', wholeNumber, 40)
    .action(async ({ method = [], output, forced, fps, embedLimit, ...plan }) => {
      if (method.length < 2)
        throw new ConfigError('--method', `expected NAME=FOLDER twice or more, found ${method.length}.`);
      if (output === undefined) throw new ConfigError('--output', 'expected a folder.');
      if (plan.repeats < 1) throw new ConfigError('--repeats', 'expected 1 or more.');
      const { err, out } = streams;
      const made = await makeStudy(output, {
        ...plan,
        methods: method,
        canTie: !forced,
        frameRate: fps,
        embedBytes: embedLimit * 1e6,
        onProgress: (done, total) =>
          err.write(err.isTTY ? `\rclip ${done} of ${total}${done === total ? '\n' : ''}` : ''),
      });
      const size = `${(made.bytes / 1e6).toFixed(1)} MB of clips`;
      const where = made.isEmbedded ? `${size} within it` : `${size} in clips/ beside it: give both away together`;
      out.write(`${resolve(made.page)}  for participants, ${made.study.trials.length} pairs, ${where}\n`);
      out.write(`${resolve(made.key)}  for you alone: it says which clip is whose\n`);
    })
    .addCommand(analyzeCommand(streams));
}

function analyzeCommand({ out }: EvaluateStreams) {
  return new Command('analyze')
    .description('Count the answers of participants.')
    .argument('<answers...>', 'files that participants downloaded')
    .option('--study <file>', 'study.json of the study', 'study.json')
    .option('--passed <share>', 'attention checks that a participant must pass, 0 to 1', share, 0.75)
    .option('--markdown <file>', 'write the tables here, as Markdown')
    .option('--json', 'print the analysis as JSON instead of tables', false)
    .action(async (files, { study: file, passed, markdown, json }) => {
      const study = await readStudy(file);
      const answers = [];
      const fileOf = new Map<string, string>();
      for (const one of files) {
        const own = await readAnswers(one, study);
        const other = fileOf.get(own.participant);
        if (other !== undefined) {
          throw new MediaError(
            one,
            `holds answers of participant "${own.participant}", as ${other} does; keep one of them.`,
          );
        }
        fileOf.set(own.participant, one);
        answers.push(own);
      }
      const analysis = analyzeStudy(study, answers, { minimumPassed: passed });
      if (markdown !== undefined) await writeFileAtomically(markdown, analysisMarkdown(analysis));
      out.write(json ? `${JSON.stringify(analysis)}\n` : analysisText(analysis));
    });
}

interface NamedFolder {
  readonly name: string;
  readonly folder: string;
}

function named(text: string, previous: readonly NamedFolder[] = []): readonly NamedFolder[] {
  const split = text.indexOf('=');
  const [name, folder] = [text.slice(0, split), text.slice(split + 1)];
  if (split < 1 || folder === '') throw new InvalidArgumentError('Expected NAME=FOLDER.');
  if (previous.some((one) => one.name === name)) throw new InvalidArgumentError(`There are two methods "${name}".`);
  return [...previous, { name, folder }];
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < 0)
    throw new InvalidArgumentError('Expected a whole number from 0 on.');
  return value;
}

function frameRate(text: string): Rational {
  try {
    const rate = parseRational(text);
    if (toNumber(rate) > 0) return rate;
  } catch (cause) {
    throw new InvalidArgumentError(`Expected a rate such as 30 or 30000/1001 (${String(cause)}).`);
  }
  throw new InvalidArgumentError('Expected a rate above 0.');
}

function share(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1))
    throw new InvalidArgumentError('Expected a number from 0 to 1.');
  return value;
}
