import { z } from 'zod';

const id = z.string().regex(/^[0-9a-f]+$/);

/** What the organizer of a study keeps: which clip is whose. Participants get the page only. */
export const studySchema = z.strictObject({
  format: z.literal('vosvfi-study'),
  formatVersion: z.literal(1),
  id,
  title: z.string(),
  question: z.string(),
  seed: z.int(),
  canTie: z.boolean(),
  methods: z.array(z.string()).min(2),
  clips: z.array(
    z.strictObject({
      id,
      /** File or embedded video that it shows; two clips may show one. */
      media: id,
      name: z.string(),
      method: z.string(),
      isDamaged: z.boolean(),
    }),
  ),
  trials: z.array(
    z.strictObject({
      id,
      /** `compare`: two methods; `same`: one clip twice; `damaged`: one clip as it is and spoilt. */
      kind: z.enum(['compare', 'same', 'damaged']),
      name: z.string(),
      pair: z.tuple([id, id]),
    }),
  ),
});

/** A checked study. */
export type Study = z.output<typeof studySchema>;

/** What a participant's page downloads. */
export const answersSchema = z.strictObject({
  format: z.literal('vosvfi-study-answers'),
  formatVersion: z.literal(1),
  study: id,
  participant: z.string(),
  isComplete: z.boolean(),
  answers: z.array(
    z.strictObject({
      trial: id,
      left: id,
      right: id,
      choice: z.enum(['left', 'right', 'same']),
      /** From the first sight to the answer. */
      seconds: z.number().min(0),
      /** How often the clips ran to their end. */
      loops: z.int().min(0),
      /** Lowest playback rate that was chosen. */
      slowest: z.number(),
    }),
  ),
});

/** Checked answers of one participant. */
export type Answers = z.output<typeof answersSchema>;
