import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** Phrases that a reader has to translate back, and what to write instead. CONTRIBUTING asks for plain English. */
const phrases: readonly (readonly [phrase: RegExp, instead: string])[] = [
  [/\bfor ever\b|\bwithout end\b/, 'indefinitely'],
  [/\bonce more\b|\banew\b/, 'again'],
  [/\b(is|are|was|were|be|being) told\b|\btold (of|to)\b/, 'reports, returns, is notified'],
  [/\bwho(ever)? asks\b|\bwhoever\b/i, 'the client, the caller, anyone who'],
  [/\b(goes|went|go|going) on\b/, 'continues'],
  [/\b(is|are|was|were) away\b/, 'is unavailable, is down'],
  [/\bset apart\b/, 'quarantined'],
  [/\bin hand\b/, 'in flight'],
  [/\bhand(s|ed|ing)? (it |them )?out\b/, 'returns'],
  [/\bmend(s|ed|ing)?\b/, 'fix, repair'],
  [/\bby (it|them)sel(f|ves)\b/, 'automatically, alone'],
  [/\bwhat (came|comes|became|becomes) of\b/, 'the outcome, the result'],
  [/\bsend(s)? back\b|\bsent back\b/, 'redrive'],
  [/\b(everybody|nobody|somebody) (asks|waits|needs|sets|reads|looks)\b/i, 'name who, or use the passive'],
  [/\b(that|which|what) (is|are) none\b/, 'is not a ..., has no ...'],
  [/\banswer(s|ed|ing)?\b(?! most questions| \|)/i, 'responds, response, returns, result'],
  [/\bat most\b/, 'up to'],
  [/\bto be had\b|\bas far as (?!possible)/, 'say it directly'],
];

const files = execFileSync(
  'git',
  ['ls-files', '*.ts', '*.tsx', '*.mjs', '*.css', '*.md', '*.yaml', '*.yml', 'Dockerfile', 'deploy/*.json'],
  {
    cwd: new URL('..', import.meta.url),
    encoding: 'utf8',
  },
)
  .split('\n')
  .filter((file) => file !== '' && file !== 'docs/plain-english.test.ts');

test.each(phrases)('no file says %s', (phrase, instead) => {
  const found = files.flatMap((file) =>
    readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')
      .split('\n')
      .flatMap((line, at) => (phrase.test(line) ? [`${file}:${at + 1}: ${line.trim()}`] : [])),
  );
  expect(found, `Say instead: ${instead}`).toEqual([]);
});
