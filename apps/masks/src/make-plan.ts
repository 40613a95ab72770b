import { basename } from 'node:path';
import { ConfigError } from '@vosvfi/core';
import { weightsDigest } from '@vosvfi/models/weights';
import { deeplabClasses, parseClasses } from './classes.js';
import type { MakerPlan } from './makers/maker.js';
import { deeplabPresets, type MaskSettings, type MaskSettingsInput, parseMaskSettings } from './settings.js';

/** What a person asked for. */
export interface ModelChoice {
  /** `motion`, a preset, or an ONNX file. */
  readonly model: string;
  readonly weights?: string | undefined;
  readonly classes?: string | undefined;
  readonly shorterSide?: number | undefined;
  readonly minArea: number;
  readonly rejection: NonNullable<MaskSettingsInput['rejection']>;
  /** Options of ONNX models; absent ones have their defaults. */
  readonly onnx: Readonly<Record<string, unknown>>;
}

const isPreset = (model: string): model is (typeof deeplabPresets)[number] =>
  (deeplabPresets as readonly string[]).includes(model);

function refuse(option: string, model: string, given: unknown): void {
  if (given !== undefined) throw new ConfigError(option, `"${model}" has no use for it.`);
}

/** What a run needs: all settings, the name of the model and what makes the masks. */
export interface MaskPlan {
  readonly settings: MaskSettings;
  readonly model: string;
  /** The maker, but for the threads it may use. */
  readonly maker: Omit<MakerPlan, 'threads'>;
}

async function sourceOf(choice: ModelChoice): Promise<{ source: MaskSettingsInput['source']; file: string | null }> {
  const { model, weights, shorterSide, onnx, minArea } = choice;
  const given = Object.keys(onnx)[0];
  if (given !== undefined && !model.endsWith('.onnx')) {
    throw new ConfigError(given, `is of ONNX models; "${model}" is none.`);
  }
  if (model === 'motion') {
    refuse('--weights', model, weights);
    refuse('--shorter-side', model, shorterSide);
    refuse('--classes', model, choice.classes);
    return { source: { kind: 'motion', settings: minArea < 1 ? { minPart: minArea } : {} }, file: null };
  }
  if (isPreset(model)) {
    if (weights === undefined) {
      throw new ConfigError('--weights', `"${model}" is a network and needs its weights.`, {
        hint: "Give torchvision's checkpoint or a safetensors file of it.",
      });
    }
    const digest = await weightsDigest(weights);
    return { source: { kind: 'deeplabv3', preset: model, digest, shorterSide: shorterSide ?? null }, file: weights };
  }
  if (!model.endsWith('.onnx')) {
    throw new ConfigError('--model', `there is no model "${model}".`, {
      hint: `There are motion, ${deeplabPresets.join(', ')}, and ONNX files.`,
    });
  }
  refuse('--weights', model, weights);
  refuse('--shorter-side', model, shorterSide);
  const settings = Object.fromEntries(
    // --input-size gives inputSize.
    Object.entries(onnx).map(([key, value]) => [
      key.slice(2).replace(/-(.)/g, (_, letter) => letter.toUpperCase()),
      value,
    ]),
  );
  return { source: { kind: 'onnx', digest: await weightsDigest(model), settings }, file: model };
}

/**
 * Checks what a person asked for.
 * @throws ConfigError naming the option; CheckpointError if a file is missing.
 */
export async function planMasks(choice: ModelChoice): Promise<MaskPlan> {
  const { model, classes, minArea, rejection } = choice;
  const { source, file } = await sourceOf(choice);
  const chosen = classes === undefined ? null : parseClasses(classes, isPreset(model) ? deeplabClasses : undefined);
  const settings = parseMaskSettings({ source, classes: chosen, minArea, rejection });
  return {
    settings,
    model: model.endsWith('.onnx') ? basename(model) : model,
    maker: { source: settings.source, file },
  };
}
