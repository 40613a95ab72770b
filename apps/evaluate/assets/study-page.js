// The page of a preference study: shows pairs of clips in step, takes answers, keeps them until they are downloaded.
const find = (id) => document.getElementById(id);
const facts = JSON.parse(find('study').textContent);
const study = { ...facts, ...JSON.parse(new TextDecoder().decode(bytesOf(facts.data))) };
const storageKey = `vosvfi-study-${study.id}`;
const videos = [find('left'), find('right')];
const addresses = new Map();
let session;
let loops = 0;
let speed = 0;
let slowest = 1;
let shownAt = 0;
let isPaused = false;
/** Clips wait for one of them, or are being set to a start. */
let isHeld = false;
/** Nothing is lost if the page is closed now. */
let isSaved = true;
/** Rises with every start; what belongs to an earlier one stops. */
let run = 0;

function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** Where a clip is: beside the page, or embedded. */
function addressOf(clip) {
  const media = study.media[clip];
  if (!addresses.has(media)) {
    const embedded = find(`media-${media}`);
    const blob = embedded && new Blob([bytesOf(embedded.textContent)], { type: 'video/mp4' });
    addresses.set(media, blob ? URL.createObjectURL(blob) : `clips/${media}.mp4`);
  }
  return addresses.get(media);
}

/** What this browser keeps of the study: who was here last, and everybody's answers by code. */
function stored() {
  try {
    return JSON.parse(localStorage.getItem(storageKey)) ?? undefined;
  } catch {
    return undefined;
  }
}

function storedAnswers(participant) {
  const own = stored()?.answers?.[participant];
  return Array.isArray(own) ? own : [];
}

/** Private windows may have no storage; the study works without, but a closed page is lost. */
function save() {
  const answers = { ...stored()?.answers, [session.participant]: session.answers };
  try {
    localStorage.setItem(storageKey, JSON.stringify({ participant: session.participant, answers }));
    isSaved = true;
  } catch {
    isSaved = session.answers.length === 0;
    find('storage').hidden = false;
  }
}

function until(isThere) {
  return new Promise((done) => {
    const look = () => (isThere() ? done() : setTimeout(look, 10));
    look();
  });
}

/** Both stand still at one place, with frames to go on with, or own is over. */
async function stepBack(place, own) {
  for (const video of videos) {
    video.pause();
    if (video.currentTime !== place) video.currentTime = place;
  }
  await until(() => own !== run || videos.every((video) => canGoOn(video) || isOver(video)));
}

/** Frames to play are there: all of the rest, or what a browser thinks is enough. */
function canGoOn({ seeking, readyState, buffered, duration }) {
  const isWhole = buffered.length > 0 && buffered.end(buffered.length - 1) >= duration - 0.05;
  return !seeking && (readyState >= 3 || (readyState === 2 && isWhole));
}

/** Played to its end, but for what is too short to be a frame. */
function isOver({ ended, currentTime, duration }) {
  return ended || currentTime >= duration - 0.02;
}

async function go(own) {
  for (const video of videos) video.playbackRate = speeds[speed];
  await until(() => own !== run || !isPaused);
  if (own === run) await Promise.all(videos.map((video) => video.play())).catch(() => {});
}

/** Plays both from the start, again and again, until something else starts. */
async function play() {
  run += 1;
  const own = run;
  isPaused = false;
  showPause();
  while (own === run) {
    isHeld = true;
    await stepBack(0, own);
    if (own === run) await go(own);
    if (own !== run) return;
    isHeld = false;
    await until(() => own !== run || videos.every((video) => video.ended || (video.paused && isOver(video))));
    if (own !== run) return;
    loops += 1;
    allowAnswers(true);
    await new Promise((done) => setTimeout(done, 300));
    await until(() => own !== run || !isPaused);
  }
}

/** Keeps the second clip with the first; where one has to wait for data, or a browser stops one, both wait. */
function keepInStep() {
  requestAnimationFrame(keepInStep);
  if (isHeld || isPaused || session?.current() === undefined || videos.every(isOver)) return;
  const [left, right] = videos;
  const isLate = videos.some((video) => !isOver(video) && (video.paused || !canGoOn(video)));
  const { jumps, rate } = keepUp(right.currentTime - left.currentTime, speeds[speed]);
  if (isLate || (jumps && !videos.some(isOver))) void wait();
  else if (right.playbackRate !== rate) right.playbackRate = rate;
}

async function wait() {
  const own = run;
  isHeld = true;
  await stepBack(Math.min(...videos.map(({ currentTime }) => currentTime)), own);
  if (own !== run) return;
  await go(own);
  if (own === run) isHeld = false;
}

function allowAnswers(isAllowed) {
  for (const button of document.querySelectorAll('[data-choice]')) button.disabled = !isAllowed;
  find('wait').style.visibility = isAllowed ? 'hidden' : 'visible';
}

function show() {
  const trial = session.current();
  find('welcome').hidden = true;
  find('trial').hidden = trial === undefined;
  find('end').hidden = trial !== undefined;
  if (trial === undefined) {
    run += 1;
    for (const video of videos) video.pause();
    find('download').focus();
    return;
  }
  const number = session.answers.length + 1;
  find('progress').value = session.answers.length;
  find('progress').max = session.count;
  find('count').textContent = `${number} of ${session.count}`;
  find('back').disabled = session.answers.length === 0;
  [loops, speed, slowest, shownAt] = [0, 0, 1, performance.now()];
  find('speed').textContent = speedText();
  allowAnswers(false);
  videos[0].src = addressOf(trial.left);
  videos[1].src = addressOf(trial.right);
  void play();
}

function showPause() {
  document.querySelector('[data-action=pause]').textContent = isPaused ? 'Play' : 'Pause';
}

function speedText() {
  return `Speed: ${['full', 'half', 'quarter'][speed]}`;
}

const does = {
  answer(choice) {
    if (loops === 0) return;
    const seconds = (performance.now() - shownAt) / 1000;
    if (!session.answer(choice, { seconds, loops, slowest })) return;
    save();
    show();
  },
  pause() {
    isPaused = !isPaused;
    showPause();
    // What is held goes on by itself.
    if (isHeld) return;
    for (const video of videos) {
      if (isPaused) video.pause();
      else if (!video.ended) video.play();
    }
    if (isPaused) videos[1].currentTime = videos[0].currentTime;
  },
  replay: () => play(),
  speed() {
    speed = (speed + 1) % speeds.length;
    slowest = Math.min(slowest, speeds[speed]);
    for (const video of videos) video.playbackRate = speeds[speed];
    find('speed').textContent = speedText();
  },
  back() {
    if (!session.back()) return;
    save();
    show();
  },
};

function act(action) {
  if (action === 'left' || action === 'right' || action === 'same') does.answer(action);
  else does[action]();
}

function begin() {
  const participant = find('participant').value.trim();
  session = createSession(study, participant, storedAnswers(participant));
  save();
  show();
}

function download() {
  const text = JSON.stringify(session.result(), undefined, 2);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  link.download = `answers-${session.participant.replace(/[^\w-]+/g, '_')}.json`;
  link.click();
  isSaved = true;
}

document.addEventListener('keydown', (event) => {
  if (session === undefined || find('trial').hidden || event.ctrlKey || event.metaKey || event.altKey) return;
  // A button that has the focus is pressed by the space bar itself.
  if (event.key === ' ' && event.target instanceof HTMLButtonElement) return;
  const action = actionOfKey(event.key, study.canTie);
  if (action === undefined) return;
  event.preventDefault();
  if (!event.repeat) act(action);
});
for (const button of document.querySelectorAll('[data-action]')) {
  button.addEventListener('click', () => {
    act(button.dataset.action);
    button.blur();
  });
}
for (const button of document.querySelectorAll('.download')) button.addEventListener('click', download);
find('start').addEventListener('submit', (event) => {
  event.preventDefault();
  begin();
});
find('change').addEventListener('click', () => does.back());

const code = () =>
  [...crypto.getRandomValues(new Uint8Array(4))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
const showResume = () => {
  find('resume').hidden = storedAnswers(find('participant').value.trim()).length === 0;
};
for (const video of videos) {
  video.addEventListener('error', () => {
    find('trouble').hidden = false;
  });
}
addEventListener('beforeunload', (event) => {
  if (!isSaved) event.preventDefault();
});
find('participant').addEventListener('input', showResume);
find('participant').value = stored()?.participant ?? new URLSearchParams(location.search).get('participant') ?? code();
showResume();
requestAnimationFrame(keepInStep);
