/** One picture that an image file announces, in pixels. */
export interface Frame {
  width: number;
  height: number;
}

/** A whole image file, as a walk through it finds it. */
export interface Walk {
  /** Every picture and canvas that stands anywhere in the file. */
  frames: Frame[];
  /** Where the image ends, in bytes; what follows is none of its. */
  end: number;
}

/** The file ends too early, or contradicts itself. */
export class ImageDamage extends Error {
  override name = 'ImageDamage';
}
