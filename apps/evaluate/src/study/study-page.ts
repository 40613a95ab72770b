import { readFile } from 'node:fs/promises';
import { escapeText, renderPage } from '@vosvfi/report';
import { assetsFolder } from '../assets-folder.js';
import { balancedSides } from './sides.js';
import type { Study } from './study-schema.js';
import { studyStyle } from './study-style.js';

/** How clips reach the page: within it, by media id, or as files `clips/ID.mp4` beside it. */
export type StudyMedia = ReadonlyMap<string, Uint8Array> | 'beside';

/** Page of a study. It holds neither methods nor names of clips, nor which trials are checks. */
export async function renderStudy(study: Study, media: StudyMedia): Promise<string> {
  const { id, title, question, canTie, trials, clips } = study;
  const sides = balancedSides(study);
  const hidden = {
    trials: trials.map(({ id: trial, pair }) => ({ id: trial, pair, ...sides.get(trial) })),
    media: Object.fromEntries(clips.map((clip) => [clip.id, clip.media])),
  };
  const data = Buffer.from(JSON.stringify(hidden)).toString('base64');
  const facts = JSON.stringify({ id, canTie, data });
  const embedded =
    media === 'beside'
      ? []
      : [...media]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, bytes]) => dataBlock(`media-${key}`, 'text/plain', Buffer.from(bytes).toString('base64')));
  const body = `${view(title, question, canTie)}\n${dataBlock('study', 'application/json', facts)}\n${embedded.join('\n')}`;
  return renderPage({
    title,
    body,
    script: await pageScript(),
    style: studyStyle,
    media: media === 'beside' ? ["'self'", 'file:'] : ['blob:'],
  });
}

/** The page's script: logic and page in one, without the module around it. */
export async function pageScript(): Promise<string> {
  const [logic, page] = await Promise.all(
    ['study-logic.js', 'study-page.js'].map((name) => readFile(new URL(name, assetsFolder), 'utf8')),
  );
  return `{\n${(logic as string).replace(/^export /gm, '')}\n${page}}`;
}

function dataBlock(id: string, type: string, content: string): string {
  return `<script type="${type}" id="${id}">${content}</script>`;
}

function view(title: string, question: string, canTie: boolean): string {
  const tie = canTie
    ? '<button type="button" data-action="same" data-choice disabled>No difference <kbd>↓</kbd></button>'
    : '';
  const tieHelp = canTie ? ' or say that you see no difference' : ', even where you have to guess';
  return `<h1>${escapeText(title)}</h1>
<form id="start"><div id="welcome">
<p class="lead">You will see two clips at a time, again and again, and choose one of them${tieHelp}. You can answer once they have run to their end.</p>
<p class="question">${escapeText(question)}</p>
<ul><li>Make the window large and the room quiet; there is no sound.</li>
<li>Keys: <kbd>←</kbd> and <kbd>→</kbd> choose${canTie ? ', <kbd>↓</kbd> no difference' : ''}, <kbd>space</kbd> pauses, <kbd>R</kbd> starts again, <kbd>S</kbd> plays slower, <kbd>⌫</kbd> goes back.</li>
<li>Your answers stay in this browser until you download them at the end.</li></ul>
<p><label>Your code <input id="participant" name="participant" required maxlength="40" autocomplete="off"></label></p>
<p id="resume" class="small" hidden>With this code you go on where you stopped.</p>
<p><button class="main" type="submit">Begin</button></p>
</div></form>
<section id="trial" hidden aria-label="Pair of clips">
<div class="bar"><progress id="progress" value="0" max="1" aria-label="Pairs done"></progress><span id="count" aria-live="polite"></span></div>
<p class="question">${escapeText(question)}</p>
<div class="pair">
<div><video id="left" muted playsinline disablepictureinpicture preload="auto" aria-label="Left clip"></video></div>
<div><video id="right" muted playsinline disablepictureinpicture preload="auto" aria-label="Right clip"></video></div>
</div>
<div class="answers">
<button type="button" data-action="left" data-choice disabled><kbd>←</kbd> <span class="beside">Left</span><span class="stacked">Upper</span></button>
${tie}
<button type="button" data-action="right" data-choice disabled><span class="beside">Right</span><span class="stacked">Lower</span> <kbd>→</kbd></button>
</div>
<p id="wait" class="small">Watch both clips to their end first.</p>
<div class="tools"><button type="button" data-action="pause">Pause</button><button type="button" data-action="replay">Again</button><button type="button" data-action="speed" id="speed">Speed: full</button><button type="button" data-action="back" id="back">Back</button><button type="button" class="download">Download answers so far</button></div>
<p id="trouble" role="alert" hidden>A clip cannot be played. If this page came with a folder “clips”, both must lie in one folder; otherwise try another browser, and tell whoever gave you this page.</p>
<p id="storage" class="small" hidden>This browser keeps nothing: do not close the page before you have downloaded your answers.</p>
</section>
<section id="end" hidden><p class="lead">That was the last pair. Thank you!</p>
<p>Download your answers and send the file to whoever gave you this page.</p>
<p><button type="button" id="download" class="main download">Download answers</button> <button type="button" id="change">Change the last answer</button></p></section>
<noscript><p>This page needs JavaScript.</p></noscript>`;
}
