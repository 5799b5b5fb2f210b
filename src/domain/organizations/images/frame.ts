/** One picture that an image file announces, in pixels. */
export interface Frame {
  width: number;
  height: number;
}

/** The file ends too early, or contradicts itself. */
export class ImageDamage extends Error {
  override name = 'ImageDamage';
}
