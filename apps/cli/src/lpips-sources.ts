import type { LpipsBackbone } from '@vosvfi/eval/learned';

/** A file on the network. */
export interface OfficialFile {
  readonly url: string;
  /** What its SHA-256 starts with, or all of it, in hexadecimal digits. */
  readonly sha256: string;
}

/** The two files that make up LPIPS with one backbone. */
export interface LpipsSources {
  /** The backbone, trained on ImageNet. */
  readonly trunk: OfficialFile;
  /** The authors' weights of its features, version 0.1. */
  readonly heads: OfficialFile;
}

const torchvision = 'https://download.pytorch.org/models/';
const authors =
  'https://raw.githubusercontent.com/richzhang/PerceptualSimilarity/082bb24f84c091ea94de2867d34c4544f68e0963/lpips/weights/v0.1/';

/** torchvision puts the first eight digits of a file's SHA-256 into its name; all of them are not published. */
function trunk(name: string, sha256: string): OfficialFile {
  return { url: `${torchvision}${name}-${sha256}.pth`, sha256 };
}

/** Where the official files are. */
export const lpipsSources: Readonly<Record<LpipsBackbone, LpipsSources>> = {
  alex: {
    trunk: trunk('alexnet-owt', '7be5be79'),
    heads: {
      url: `${authors}alex.pth`,
      sha256: 'df73285e35b22355a2df87cdb6b70b343713b667eddbda73e1977e0c860835c0',
    },
  },
  squeeze: {
    trunk: trunk('squeezenet1_1', 'b8a52dc0'),
    heads: {
      url: `${authors}squeeze.pth`,
      sha256: '4a5350f23600cb79923ce65bb07cbf57dca461329894153e05a1346bd531cf76',
    },
  },
  vgg: {
    trunk: trunk('vgg16', '397923af'),
    heads: {
      url: `${authors}vgg.pth`,
      sha256: 'a78928a0af1e5f0fcb1f3b9e8f8c3a2a5a3de244d830ad5c1feddc79b8432868',
    },
  },
};
