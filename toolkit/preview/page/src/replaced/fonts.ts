/**
 * Grafana's fonts, carried in the page.
 *
 * They are loaded before the first drawing: a canvas measures its labels once, and would
 * measure them in another font. `getFontStyles` replaces Grafana's own, which names files
 * on a Grafana server.
 */
import inter from '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2?inline';
import mono from '@fontsource/roboto-mono/files/roboto-mono-latin-400-normal.woff2?inline';

export const getFontStyles = (): null => null;

export async function loadFonts(): Promise<void> {
  const faces = [
    new FontFace('Inter', `url(${inter})`, { weight: '100 900' }),
    new FontFace('Roboto Mono', `url(${mono})`, { weight: '400' }),
  ];
  faces.forEach((face) => document.fonts.add(face));
  await Promise.all(faces.map((face) => face.load()));
}
