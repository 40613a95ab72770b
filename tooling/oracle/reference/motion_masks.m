% SSIM and error of UCF101 in motion masks by an independent program, for packages/eval/src/metrics/masked-ssim.test.ts.
% Usage: octave motion_masks.m FOLDER > motion-masks.json, the folder being packages/eval/test/fixtures/psnr-ssim.
% The arithmetic of `eval_voxelflow.m` (liuziwei7/voxel-flow); MATLAB's `ssim` is written out, as Octave has none.
% Needs GNU Octave 7 with its image package.
pkg load image;
folder = argv(){1};
cases = {'p0_noise', 'p0_ghost', 'p1_blur', 'p1_ghost'};
window = fspecial('gaussian', 11, 1.5);
mean_at = @(x) imfilter(x, window, 'conv', 'replicate');
c1 = (0.01 * 255)^2;
c2 = (0.03 * 255)^2;
for k = 1:numel(cases)
  name = cases{k};
  truth = single(imread([folder '/' name(1:2) '_ref.png']));
  prediction = single(imread([folder '/' name '.png']));
  hard = single(imread([folder '/' name(1:2) '_mask.png']) > 0) * 255;
  [x, y] = meshgrid(0:columns(hard) - 1, 0:rows(hard) - 1);
  masks = struct('hard', hard, 'soft', single(mod(7 * x + 3 * y, 256)));
  for kind = {'hard', 'soft'}
    mask = masks.(kind{1}) ./ 255.0;
    a = repmat(mask, [1 1 3]) .* prediction;
    b = repmat(mask, [1 1 3]) .* truth;
    squares = sum(double(a(:) - b(:)) .^ 2) / (3 * sum(double(mask(:))));
    p = double(rgb2gray(uint8(a)));
    t = double(rgb2gray(uint8(b)));
    [mp, mt] = deal(mean_at(p), mean_at(t));
    [vp, vt, covariance] = deal(mean_at(p .^ 2) - mp .^ 2, mean_at(t .^ 2) - mt .^ 2, mean_at(p .* t) - mp .* mt);
    map = ((2 * mp .* mt + c1) .* (2 * covariance + c2)) ./ ((mp .^ 2 + mt .^ 2 + c1) .* (vp + vt + c2));
    found.(name).(kind{1}) = struct('ssim', mean(map(:)), 'ie', sqrt(squares));
  end
end
disp(jsonencode(found, 'PrettyPrint', true));
