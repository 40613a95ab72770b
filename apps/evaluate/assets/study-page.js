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

function stored() {
  try {
    return JSON.parse(localStorage.getItem(storageKey)) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Private windows may have no storage; the study works without, but a closed page is lost. */
function save() {
  try {
    localStorage.setItem(storageKey, JSON.stringify({ participant: session.participant, answers: session.answers }));
  } catch {
    find('storage').hidden = false;
  }
}

function once(video, event, isThere) {
  return isThere(video)
    ? Promise.resolve()
    : new Promise((done) => video.addEventListener(event, done, { once: true }));
}

/** Plays both from the start, again and again, until something else starts. */
async function play() {
  run += 1;
  const own = run;
  isPaused = false;
  while (own === run) {
    for (const video of videos) {
      video.pause();
      video.currentTime = 0;
    }
    await Promise.all(videos.map((video) => once(video, 'seeked', ({ seeking }) => !seeking)));
    await Promise.all(videos.map((video) => once(video, 'canplay', ({ readyState }) => readyState >= 3)));
    while (isPaused && own === run) await new Promise((done) => setTimeout(done, 50));
    if (own !== run) return;
    for (const video of videos) video.playbackRate = speeds[speed];
    await Promise.all(videos.map((video) => video.play())).catch(() => {});
    await Promise.all(videos.map((video) => once(video, 'ended', ({ ended }) => ended)));
    if (own !== run) return;
    loops += 1;
    allowAnswers(true);
    await new Promise((done) => setTimeout(done, 300));
    while (isPaused && own === run) await new Promise((done) => setTimeout(done, 50));
  }
}

/** Keeps the second clip with the first where a decoder was late. */
function keepInStep() {
  const [left, right] = videos;
  if (!left.paused && !right.ended && Math.abs(left.currentTime - right.currentTime) > 0.06)
    right.currentTime = left.currentTime;
  requestAnimationFrame(keepInStep);
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
  const kept = stored();
  session = createSession(study, participant, kept?.participant === participant ? kept.answers : []);
  save();
  show();
}

function download() {
  const text = JSON.stringify(session.result(), undefined, 2);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  link.download = `answers-${session.participant.replace(/[^\w-]+/g, '_')}.json`;
  link.click();
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
find('participant').value = stored()?.participant ?? new URLSearchParams(location.search).get('participant') ?? code();
find('resume').hidden = !(stored()?.answers.length > 0);
requestAnimationFrame(keepInStep);
