/** How a machine gets a graphics adapter that WebGPU can use. */
export function adapterRemedy(): string {
  if (process.platform !== 'linux') {
    return "Install the graphics card's current driver (Metal on macOS, Direct3D 12 on Windows).";
  }
  return (
    'It needs a Vulkan driver. With a graphics card, run: sudo apt-get install libvulkan1 mesa-vulkan-drivers ' +
    "(or the card's own driver). Without one, for tests, run: sudo apt-get install chromium && export " +
    'VK_ICD_FILENAMES=/usr/lib/chromium/vk_swiftshader_icd.json XDG_RUNTIME_DIR=/tmp'
  );
}
