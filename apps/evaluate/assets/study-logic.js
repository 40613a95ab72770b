// What happens in a preference study, without the page around it: order and sides, keys, answers.

/** A stream of random numbers in [0, 1) that depends on a text alone (FNV-1a, then Mulberry32). */
export function createRandom(text) {
  let state = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) state = Math.imul(state ^ byte, 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * The trials in the order of a participant (Fisher and Yates), each with a clip on the left and one on the right. Trials that
 * share a `coin` are thrown for together, and go the other way where `isTurned` says so.
 */
export function arrange(trials, seed) {
  const random = createRandom(seed);
  const order = [...trials];
  for (let i = order.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  const thrown = new Map();
  return order.map(({ id, pair: [a, b], coin = id, isTurned = false }) => {
    if (!thrown.has(coin)) thrown.set(coin, random() < 0.5);
    const [left, right] = thrown.get(coin) === isTurned ? [b, a] : [a, b];
    return { trial: id, left, right };
  });
}

/** Seconds that clips may be apart before one is set to the place of the other. */
const farApart = 0.12;

/**
 * How the second clip keeps up with the first: by playing a little faster or slower, or, far apart, by a jump.
 * @param lead seconds that the second clip is ahead.
 * @param rate playback rate of the first.
 */
export function keepUp(lead, rate) {
  if (Math.abs(lead) > farApart) return { jumps: true, rate };
  const share = Math.abs(lead) < 0.004 ? 0 : Math.max(-0.15, Math.min(0.15, lead * 4));
  return { jumps: false, rate: rate * (1 - share) };
}

const actions = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowDown: 'same',
  0: 'same',
  ' ': 'pause',
  r: 'replay',
  s: 'speed',
  Backspace: 'back',
};

/** What a key does: left, right, same, pause, replay, speed, back; undefined for any other. */
export function actionOfKey(key, canTie) {
  const action = actions[key.length === 1 ? key.toLowerCase() : key];
  return action === 'same' && !canTie ? undefined : action;
}

/** Playback rates in the order in which the key goes through them. */
export const speeds = [1, 0.5, 0.25];

/**
 * A participant's way through a study.
 * @param saved answers of an earlier visit by the same participant.
 */
export function createSession(study, participant, saved = []) {
  const arranged = arrange(study.trials, `${study.id} ${participant}`);
  // Answers are kept in the order of the trials: those of another arrangement are worth nothing.
  const fits = saved.every(({ trial, left, right }, i) => {
    const one = arranged[i];
    return one !== undefined && one.trial === trial && one.left === left && one.right === right;
  });
  const answers = fits ? [...saved] : [];
  return {
    participant,
    count: arranged.length,
    answers,
    current: () => arranged[answers.length],
    answer(choice, { seconds, loops, slowest }) {
      if (!(choice === 'left' || choice === 'right' || (choice === 'same' && study.canTie))) return false;
      const trial = arranged[answers.length];
      if (trial === undefined) return false;
      answers.push({ ...trial, choice, seconds: Math.round(seconds * 100) / 100, loops, slowest });
      return true;
    },
    back: () => answers.pop() !== undefined,
    result: () => ({
      format: 'vosvfi-study-answers',
      formatVersion: 1,
      study: study.id,
      participant,
      isComplete: answers.length === arranged.length,
      answers,
    }),
  };
}
